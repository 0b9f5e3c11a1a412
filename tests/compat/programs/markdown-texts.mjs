/** CommonMark and its extensions, one construct after the other, and texts that are hard on parsers. */
export const TEXTS = [
  '# Title\n\nSetext\n======\n\n## *Emphasis* and __strong__ ~~del~~ `code` ##\n',
  '> quote\n> - item\n>   1. nested\n>\n> lazy\ncontinuation\n',
  '- [ ] open\n- [x] done\n\n* loose\n\n* list\n  with `` ` `` code\n\n3) three\n4) four\n',
  '```js title="x"\nconst a = `b`;\n```\n\n    indented\n\n~~~\ntilde\n~~~\n',
  '| a | b |\n|:--|--:|\n| 1 | `x|y` |\n| **2** | [l](u) |\n',
  '[link](https://example.org "title") ![img](a.png) <https://auto.link> https://bare.link www.x.org a@b.co\n\n[ref]: /url \'t\'\n[ref] [text][ref] [missing]\n',
  '<div class="x">\n<p>html</p>\n</div>\n\nline  \nbreak\\\nbackslash &amp; &copy; &#35; &nosuch;\n\n<!-- comment -->\n',
  '***a **b** c*** _a_b_ *a*b **a*b**c*** \\*not\\* 2*3*4\n\n---\n***\n',
  '"quotes" -- dashes... (c) (tm)\n\nTerm\n: no definition\n\n[^1]: note\n',
  '[[[[[[nested]]]]]]('.repeat(20),
  `${'> '.repeat(50)}deep\n${'*a '.repeat(200)}`,
  '\u0000nul \uFFFD \u{1F600} \u2028 tab\there\r\nCRLF\r\nlone\rCR',
]
