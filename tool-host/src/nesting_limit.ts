// SPDX-License-Identifier: Apache-2.0
// Why: oxc recurses on the native stack without a limit, libuv gives its threads 8 MiB, and running out is SIGSEGV for
// everybody's requests. So the stack a text would need is estimated first, token by token, from what nesting of each
// kind was seen to cost. V8 itself gives up on most kinds earlier than this.
// SAFETY: this is an estimate by a lexer that guesses (regular expressions, JSX text); a text made to mislead it can
// still crash the process. The daemon restarts the host and must not hand it the same text again.

import { commentEnd, isLineEnd, isSpace, isWordPart, regExpEnd, stringEnd, wordEnd } from "./token_ends.ts";

const kStackBytes = 6 * 1024 * 1024;
const kHarmlessUnits = 4096; // the worst byte seen costs about 930 bytes of stack
const kMaxIndentBytes = 64 * 1024 * 1024; // oxc prints one tab per level and line

// Bytes of stack per token, rounded up from what made oxc 0.158.0 overflow.
const kAngleCost = 750;
const kElementCost = 1100;
const kArrowCost = 800;
const kWordsCost = 1000; // a word after a word or `)`: typeof typeof, if (a) if (a), else if
const kCosts: Record<string, number> = { ".": 650, "=": 340, "?": 340, ":": 400 };
const kOperatorCost = 270;
const kOpenCosts: Record<string, number> = { "(": 1200, "[": 1200, "{": 1700, "${": 800 };
const kCloses: Record<string, string> = { "(": ")", "[": "]", "{": "}", "${": "`" };
const kValueEnds: ReadonlySet<string> = new Set(["word", "value", ")", "]", "}"]);
const kBeforeWord: ReadonlySet<string> = new Set(["word", "keyword", ")"]);
const kBeforeRegExp = /^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|instanceof|yield|await)$/;

interface Frame {
  close: string;
  cost: number;
  /** Cost of nesting without brackets: until a `,` or the statement's end, until the statement's end, until a `;`. */
  chain: number;
  angle: number;
  element: number;
}

export interface NestingRefusal {
  offset: number;
  message: string;
}

export function refuseDeepNesting(text: string, jsx: boolean): NestingRefusal | null {
  return text.length <= kHarmlessUnits ? null : new NestingScan(text, jsx).run();
}

class NestingScan {
  readonly #text: string;
  readonly #jsx: boolean;
  readonly #frames: Frame[] = [];
  #top: Frame = { close: "", cost: 0, chain: 0, angle: 0, element: 0 };
  #stack = 0;
  #indent = 0;
  #at = 0;
  #last = ""; // "word", "keyword" (of kBeforeRegExp), "value", or the punctuator itself
  #newline = false;
  #statementEnds = false; // it does unless the next token is `else`

  constructor(text: string, jsx: boolean) {
    this.#text = text;
    this.#jsx = jsx;
  }

  run(): NestingRefusal | null {
    while (this.#skipSpace()) {
      const start = this.#at;
      if (isWordPart(this.#text.charCodeAt(start))) this.#word();
      else this.#punctuator(this.#text[start]!);
      if (this.#stack > kStackBytes) return { offset: start, message: "the code is nested too deeply" };
      if (this.#indent > kMaxIndentBytes) return { offset: start, message: "the code is too long for its nesting" };
    }
    return null;
  }

  #skipSpace(): boolean {
    this.#newline = false;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      const end = isSpace(code) ? this.#at + 1 : commentEnd(this.#text, this.#at);
      if (end === this.#at) return true;
      this.#newline ||= isLineEnd(code);
      this.#at = end;
    }
    return false;
  }

  #word(): void {
    const end = wordEnd(this.#text, this.#at);
    const word = end - this.#at > 10 ? "" : this.#text.slice(this.#at, end);
    if (this.#onNewLine() || this.#last === "}") this.#statementEnds = true;
    if (word === "else") this.#statementEnds = false;
    this.#settle();
    if (word === "else" || kBeforeWord.has(this.#last)) this.#add("chain", kWordsCost);
    this.#at = end;
    this.#last = kBeforeRegExp.test(word) ? "keyword" : "word";
  }

  #punctuator(c: string): void {
    if (this.#onNewLine() && "\"'`{([@".includes(c)) this.#statementEnds = true;
    this.#settle();
    if (c === ")" || c === "]" || c === "}") return this.#close(c);
    if ((c === "(" || c === "[" || c === "`") && this.#afterValue()) this.#add("chain", kOperatorCost); // a()()[0][0]``
    if (c === "(" || c === "[" || c === "{") return this.#open(c);
    if (c === '"' || c === "'") return this.#value(stringEnd(this.#text, this.#at));
    if (c === "`") return this.#template();
    if (c === "/" && !this.#afterValue()) {
      const end = regExpEnd(this.#text, this.#at);
      if (end > 0) return this.#value(end);
    }
    this.#operator(c);
    this.#at++;
    this.#last = c === ">" && this.#last === "=" ? "=>" : c;
  }

  #operator(c: string): void {
    if (c === ";") {
      this.#statementEnds = true;
      this.#add("element", -this.#top.element);
    } else if (c === ",") {
      this.#indent += this.#frames.length;
      this.#add("chain", -this.#top.chain);
    } else if (c === "<" && this.#jsx && this.#text[this.#at + 1] === "/") {
      this.#add("element", -kElementCost);
    } else if (c === "<" && this.#jsx && !isWordPart(this.#text.charCodeAt(this.#at - 1))) {
      this.#add("element", kElementCost); // and not Array<T>
    } else if (c === "<") {
      this.#add("angle", kAngleCost);
    } else if (c === ">" && this.#last === "=") {
      this.#add("chain", kArrowCost);
    } else if (c === ">") {
      this.#add("angle", -kAngleCost);
      if (this.#last === "/") this.#add("element", -kElementCost);
      else this.#add("chain", kOperatorCost); // <T><T><T>a
    } else {
      this.#add("chain", kCosts[c] ?? kOperatorCost);
    }
  }

  /** Whether what was before the line end could end a statement: a value, or the `>` of a type or of an element. */
  #onNewLine(): boolean {
    return this.#newline && (this.#afterValue() || this.#last === ">");
  }

  #afterValue(): boolean {
    return kValueEnds.has(this.#last);
  }

  #settle(): void {
    if (!this.#statementEnds) return;
    this.#statementEnds = false;
    this.#indent += this.#frames.length;
    this.#add("chain", -this.#top.chain);
    this.#add("angle", -this.#top.angle);
  }

  #value(end: number): void {
    this.#at = end;
    this.#last = "value";
  }

  /** Stands on the backtick, or on the `}` that ends a substitution. */
  #template(): void {
    const text = this.#text;
    for (let i = this.#at + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 92) i++;
      else if (code === 96) return this.#value(i + 1);
      else if (code === 36 && text.charCodeAt(i + 1) === 123) {
        this.#at = i + 1;
        return this.#open("${");
      }
    }
    this.#value(text.length);
  }

  #open(kind: string): void {
    this.#frames.push(this.#top);
    this.#top = { close: kCloses[kind]!, cost: kOpenCosts[kind]!, chain: 0, angle: 0, element: 0 };
    this.#stack += this.#top.cost;
    this.#at++;
    this.#last = kind;
  }

  #close(c: string): void {
    const template = c === "}" && this.#top.close === "`";
    if (this.#top.close === c || template) {
      this.#stack -= this.#top.cost + this.#top.chain + this.#top.angle + this.#top.element;
      this.#indent += this.#frames.length;
      this.#top = this.#frames.pop()!;
    }
    if (template) return this.#template();
    this.#at++;
    this.#last = c;
  }

  #add(kind: "chain" | "angle" | "element", cost: number): void {
    const now = Math.max(0, this.#top[kind] + cost);
    this.#stack += now - this.#top[kind];
    this.#top[kind] = now;
  }
}
