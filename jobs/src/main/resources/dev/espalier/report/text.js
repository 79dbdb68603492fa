/** How numbers and elements are written. Text from outside is only ever set as text. */
espalier.text = (() => {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) {
        element.addEventListener(name.slice(2), value);
      } else if (value === true) {
        element.setAttribute(name, '');
      } else if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value);
      }
    }
    element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined));
    return element;
  }

  /** An element with attributes, listeners (`onclick`) and children; strings become text. */
  const element = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children);

  /** The same in SVG. */
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

  const fixed = (value, digits) => value.toLocaleString('en', {
    minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: true,
  });

  /** Three significant digits or more. */
  const digitsOf = (value) => (value >= 100 ? 0 : value >= 10 ? 1 : 2);

  const none = '–';
  const NBSP = '\u00a0'; // a number stays with its unit
  const known = (format) => (value) =>
    (value === null || value === undefined ? none : format(value));

  const MOST_MICROS = 10000; // longer times are in milliseconds
  const micros = known((v) => (v < MOST_MICROS
    ? `${fixed(v, v < 1000 ? Math.max(1, digitsOf(v)) : 0)}${NBSP}µs`
    : `${fixed(v / 1000, v < 100000 ? 2 : 1)}${NBSP}ms`));
  /** A limit, which people write without needless digits. */
  const limit = (v) => micros(v).replace(/\.0+(?=\D)/, '').replace(/(\.\d*?)0+(?=\D)/, '$1');
  const percent = known((v) => `${fixed(v, 2)}${NBSP}%`);

  /** Digits after the point that tell places of an axis apart. */
  function places(step) {
    let digits = 0;
    while (digits < 4 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) {
      digits++;
    }
    return digits;
  }
  const axisMicros = (v, step) => (step >= 1000 || v >= MOST_MICROS
    ? `${fixed(v / 1000, places(step / 1000))}${NBSP}ms` : `${fixed(v, places(step))}${NBSP}µs`);
  const axisPercent = (v, step) => `${fixed(v, places(step))}${NBSP}%`;

  const count = known((v) => {
    const [unit, factor] = v >= 1e9 ? ['G', 1e9] : v >= 1e6 ? ['M', 1e6] : v >= 1e4
      ? ['k', 1e3] : ['', 1];
    return unit ? fixed(v / factor, digitsOf(v / factor)) + NBSP + unit : fixed(v, 0);
  });
  const bytes = known((v) => {
    const [unit, factor] = v >= 1e6 ? ['MB', 1e6] : v >= 1e3 ? ['kB', 1e3] : ['B', 1];
    return `${fixed(v / factor, factor === 1 ? 0 : digitsOf(v / factor))}${NBSP}${unit}`;
  });
  const points = (v) => `${v > 0 ? '+' : v < 0 ? '−' : '±'}${fixed(Math.abs(v), 2)}${NBSP}points`;
  const change = (was, now) => {
    const relative = 100 * (now / was - 1);
    return `${relative >= 0 ? '+' : '−'}${fixed(Math.abs(relative), 1)}${NBSP}%`;
  };
  const many = (n, one, more) => `${fixed(n, 0)} ${n === 1 ? one : more || `${one}s`}`;

  const MARKS = {
    measured: '●', emulated: '◐', modelled: '◆', predicted: '○', exact: '=',
  };

  /** The mark of where a number comes from; predicted latencies say from what. */
  function mark(kind, from) {
    const words = from && from.length
      ? `${kind} from ${from.join(' and ')} latencies` : kind;
    return element('span', { class: `mark ${kind}`, title: words, role: 'img', 'aria-label': words },
      MARKS[kind], (from || []).map((f) => element('span', { class: f }, MARKS[f])));
  }

  /** A number with its mark. */
  const marked = (text, kind, from) => (text === none
    ? element('span', { class: 'none' }, none)
    : element('span', { class: 'number' }, text, ' ', mark(kind, from)));

  /** A table; a column is [heading, class, cell of row]. Narrow screens show rows as cards. */
  function table(columns, rows, attributes) {
    const row = (item) => {
      const made = element('tr', attributes && attributes.row ? attributes.row(item) : {});
      columns.forEach(([heading, kind, cell]) => made.append(element(
        'td', { class: kind, 'data-label': heading }, element('div', {}, cell(item)))));
      return made;
    };
    return element('div', { class: 'scroll' }, element(
      'table', { class: (attributes && attributes.class) || null },
      attributes && attributes.caption ? element('caption', {}, attributes.caption) : null,
      element('thead', {}, element('tr', {}, columns.map(([heading, kind]) =>
        element('th', { class: kind, scope: 'col' }, heading)))),
      element('tbody', {}, rows.map(row))));
  }

  return {
    element, svg, micros, limit, percent, axisMicros, axisPercent, count, bytes, points, change, many, mark, marked, table, none,
    fixed, MARKS,
  };
})();
