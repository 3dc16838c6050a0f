const React = { createElement: (name, props, text) => [name, text] };
export const view = <b>hi</b>;
