// The main content of pages that Debian's documentation packages have, beside Mozilla's Readability.
//
//   npm install linkedom jsdom @mozilla/readability             in a folder of its own
//   cp pages_bench.mjs FOLDER; cd FOLDER                        modules are looked for beside the script
//   node pages_bench.mjs collect SHARE SET 8                    SHARE: /usr/share, or that of packages unpacked with dpkg -x
//   quarry init && quarry ingest --config embed.provider=none --include '*.html' SET && quarry docs export >base.jsonl
//   node pages_bench.mjs score SET base.jsonl                   word F-scores: quarry, Readability
//
// What is wanted is the text of the element into which the page's generator puts the content.
import fs from 'fs';
import path from 'path';

const sphinx = ['div[role=main]', '.headerlink'];
const docbook = ['body', '.navheader,.navfooter,.toc'];
const doxygen = ['.header .title|.contents', '.toc,.dynheader,.permalink'];
const gtkDoc = ['body', '.navigation,.footer,.toc'];
// Name, folder, elements with the content, what of them is none.
const generators = [
  ['python', 'doc/python3.11/html', ...sphinx],
  ['sqlalchemy', 'doc/python-sqlalchemy-doc/html', '#docs-body', '.headerlink'],
  ['django', 'doc/python-django-doc/html', '#yui-main .yui-b', '.headerlink'],
  ['cmake', 'doc/cmake-data/html', ...sphinx],
  ['jinja', 'doc/python-jinja2-doc/html', ...sphinx],
  ['varnish', 'doc/varnish/html', ...sphinx],
  ['devref', 'developers-reference', ...sphinx],
  ['policy', 'doc/debian-policy', ...sphinx],
  ['apache', 'doc/apache2-doc/manual/en', '#page-content', '#quickview,.toplang,.top,.permalink'],
  ['postgresql', 'doc/postgresql-doc-15/html', ...docbook],
  ['handbook', 'doc/debian-handbook/html/en-US', 'body', '.docnav,#title,.toc'],
  ['install', 'doc/installation-guide-amd64/en', ...docbook],
  ['eigen', 'doc/libeigen3-dev/html', ...doxygen],
  ['sdl', 'doc/libsdl2-doc/html', ...doxygen],
  ['gtk3', 'gtk-doc/html/gtk3', ...gtkDoc],
  ['glib', 'gtk-doc/html/glib', ...gtkDoc],
  ['zsh', 'doc/zsh-common/html', 'body', '.header,.menu'],
  ['exim', 'doc/exim4-doc-html/spec_html', '#content', '.nav,#nav_flow,.toc'],
  ['mkdocs', 'doc/mkdocs/html', 'div[role=main]', '.headerlink'],
  ['haproxy', 'doc/haproxy/html', '#page-wrapper', '.pagination,.alert,.headerlink,h2.disabled'],
  ['aptitude', 'doc/aptitude/html/en', ...docbook],
  ['maint', 'doc/maint-guide/html', ...docbook],
  ['sqlite', 'doc/sqlite3', 'body', '.nosearch,.menu,.searchmenu,.fancy_toc,#toc'],
  ['R', 'R/doc/manual', 'body', '.Contents_element,.header,.nav-panel,#SEC_Contents'],
];
const noProse = /genindex|py-modindex|search|contents|_source|bookindex|sitemap|functions|classes|globals|hierarchy|annotated|-index|dir_/;
const inline = /^(A|ABBR|B|CODE|EM|I|KBD|Q|SAMP|SMALL|SPAN|STRONG|SUB|SUP|TT|VAR)$/;

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function textOf(node) {
  let text = '';
  for (const child of node.childNodes) {
    if (child.nodeType === 3) text += child.data;
    if (child.nodeType === 1) text += inline.test(child.tagName) ? textOf(child) : `\n${textOf(child)}\n`;
  }
  return text;
}

function pagesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const pages = names.filter((one) => one.isFile() && one.name.endsWith('.html') && !noProse.test(one.name));
  return pages.map((one) => path.join(one.parentPath ?? one.path, one.name)).sort();
}

/// Copies `count` pages of each generator, evenly drawn, that have prose.
async function collect(share, set, count) {
  const { parseHTML } = await import('linkedom');
  fs.mkdirSync(set, { recursive: true });
  for (const [name, folder, content, furniture] of generators) {
    const pages = pagesBelow(path.join(share, folder));
    const step = Math.max(1, Math.floor(pages.length / (count * 3)));
    let taken = 0;
    for (let i = 0; i < pages.length && taken < count; i += step) {
      const bytes = fs.readFileSync(pages[i]);
      if (bytes.length > 600_000) continue;
      const latin = /charset=.?iso-8859-1/i.test(bytes.subarray(0, 1500).toString('latin1'));
      const { document } = parseHTML(bytes.toString(latin ? 'latin1' : 'utf8'));
      if (!document.body) continue;
      document.querySelectorAll('script,style,noscript,template').forEach((one) => one.remove());
      const parts = content.split('|').map((one) => document.querySelector(one)).filter(Boolean);
      parts.forEach((part) => part.querySelectorAll(furniture).forEach((one) => one.remove()));
      const text = parts.map(textOf).join('\n');
      const links = parts.flatMap((part) => [...part.querySelectorAll('a[href]')]);
      const linked = links.reduce((sum, link) => sum + words(link.textContent).length, 0);
      if (words(text).length < 150 || linked > 0.4 * words(text).length) continue;
      const id = path.join(set, `${name}__${taken++}`);
      fs.writeFileSync(`${id}.html`, bytes);
      fs.writeFileSync(`${id}.txt`, text);
    }
  }
}

function fScore(found, wanted) {
  const counts = new Map();
  for (const word of words(wanted)) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of words(found)) {
    const left = counts.get(word) ?? 0;
    common += left > 0 ? 1 : 0;
    counts.set(word, left - 1);
  }
  return (2 * common) / (words(found).length + words(wanted).length);
}

async function score(set, exported) {
  const { Readability } = await import('@mozilla/readability');
  const { JSDOM } = await import('jsdom');
  const texts = new Map();
  for (const line of fs.readFileSync(exported, 'utf8').split('\n').filter(Boolean)) {
    const { source } = JSON.parse(line);
    if (source) texts.set(path.basename(source.uri), source.document?.text ?? '');
  }
  const rows = new Map();
  for (const file of fs.readdirSync(set).filter((one) => one.endsWith('.html')).sort()) {
    const wanted = fs.readFileSync(path.join(set, file.replace('.html', '.txt')), 'utf8');
    const page = new JSDOM(fs.readFileSync(path.join(set, file)), { url: 'https://example.org/' });
    const article = new Readability(page.window.document).parse();
    let text = article ? textOf(new JSDOM(article.content).window.document.body) : '';
    if (article && !text.includes(article.title)) text = `${article.title}\n${text}`;
    const name = file.split('__')[0];
    rows.set(name, [...(rows.get(name) ?? []), [fScore(texts.get(file) ?? '', wanted), fScore(text, wanted)]]);
  }
  rows.set('all', [...rows.values()].flat());
  for (const [name, scores] of rows) {
    const mean = (which) => scores.reduce((sum, one) => sum + one[which], 0) / scores.length;
    console.log(`| ${name} | ${scores.length} | ${mean(0).toFixed(3)} | ${mean(1).toFixed(3)} |`);
  }
}

const [what, ...rest] = process.argv.slice(2);
if (what === 'collect') await collect(rest[0], rest[1], Number(rest[2] ?? 8));
else await score(...rest);
