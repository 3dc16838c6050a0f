interface Input { text: string }
function words({ text }: Input): number { return text.split(/\s+/).length; }
