/** Drawings of architectures, from their operators: no family of spaces is known here. */
espalier.drawing = (() => {
  'use strict';

  const { svg, element, micros, count, fixed, table } = espalier.text;

  const COLUMN = 46; // at least, of a block
  const WIDE = 760; // what a short network is stretched to
  const LEFT = 58;
  const SHAPES = 128; // height of the part with blocks
  const BARS = 92; // height of the part with costs

  const size = (shape) => `${shape[0]}×${shape[1]}×${shape[2]}`;
  const KINDS = {
    conv: 'convolution', mbconv: 'inverted residual', bottleneck: 'bottleneck',
    'max-pool': 'max pooling', 'average-pool': 'average pooling', 'global-pool': 'global pooling',
    linear: 'linear', add: 'sum',
  };

  /** Three digits or so. */
  const digits = (v) => fixed(v, v >= 100 ? 0 : v >= 10 ? 1 : 2);

  const ratio = (operator) => operator.middle / operator.input[2];

  /** One operator in words. */
  function words(operator) {
    const parts = [KINDS[operator.kind] || operator.kind];
    if (operator.kernel > 1) {
      parts[0] += ` ${operator.kernel}×${operator.kernel}`;
    }
    parts.push(`${size(operator.input)} → ${size(operator.output)}`);
    if (operator.stride > 1) {
      parts.push(`stride ${operator.stride}`);
    }
    if (operator.groups > 1) {
      parts.push(`${operator.groups} groups`);
    }
    if (operator.middle > 0) {
      parts.push(`${operator.middle} channels inside`);
    }
    if (operator.squeeze > 0) {
      parts.push(`squeeze-and-excitation of ${operator.squeeze}`);
    }
    if (operator.activation !== 'none') {
      parts.push(operator.activation.replace('-', ' '));
    }
    if (operator.shortcut !== 'none') {
      parts.push(`${operator.shortcut} shortcut`);
    }
    return parts.join(', ');
  }

  /** Equal operators together, with how many there are. */
  function grouped(operators) {
    const groups = new Map();
    operators.forEach((o) => groups.set(o, (groups.get(o) || 0) + 1));
    return [...groups].map(([o, n]) => (n > 1 ? `${n} × ${words(o)}` : words(o)));
  }

  const macsOf = (slot) => slot.operators.reduce((sum, o) => sum + o.macs, 0);

  /** The operator that says most of a slot: the one with most work. */
  const main = (slot) => slot.operators.reduce(
    (best, o) => (o.macs > best.macs ? o : best), slot.operators[0]);

  const stageOf = (slot) => (slot.name.includes('.') ? slot.name.split('.')[0] : '');

  /** One line, as in `28×28 | stage1 7×7 ×6, 3×3 ×3 | stage2 5×5 ×4`. */
  function line(architecture) {
    const first = architecture.slots.find((slot) => slot.operators.length);
    const parts = first ? [`${first.operators[0].input[0]}×${first.operators[0].input[1]}`] : [];
    const stages = new Map();
    architecture.slots.filter((slot) => stageOf(slot) && slot.operators.length).forEach((slot) => {
      const o = main(slot);
      const expansion = o.kind === 'mbconv' ? ` ×${fixed(ratio(o), ratio(o) % 1 ? 1 : 0)}`
        : o.middle ? ` ${o.middle}` : '';
      const stage = stageOf(slot);
      stages.set(stage, [...(stages.get(stage) || []), `${o.kernel}×${o.kernel}${expansion}`]);
    });
    stages.forEach((blocks, stage) => parts.push(`${stage} ${blocks.join(', ')}`));
    if (!stages.size) {
      parts.push(...edges(architecture).map((e) => `${e.from}→${e.to} ${e.operation}`));
    }
    return parts.join(' | ');
  }

  /** The edges of a cell, where decisions are named as those of NAS-Bench-201 are. */
  function edges(architecture) {
    const found = espalier.data.space.decisions.map(([name, labels], d) => {
      const match = /^node(\d+)\.input(\d+)$/.exec(name);
      return match && {
        from: Number(match[2]), to: Number(match[1]), operation: labels[architecture.options[d]],
      };
    });
    return found.every((edge) => edge) ? found : [];
  }

  /** A cell as a graph: nodes in a row, an arc for each edge that is not `none`. */
  function cell(architecture) {
    const all = edges(architecture);
    if (!all.length) {
      return null;
    }
    const nodes = Math.max(...all.map((e) => e.to)) + 1;
    const gap = 150;
    const x = (node) => 40 + node * gap;
    const middle = 118;
    const picture = svg('svg', {
      class: 'cell', viewBox: `0 0 ${80 + (nodes - 1) * gap} 216`, role: 'img',
      width: 80 + (nodes - 1) * gap, height: 216,
    }, svg('title', {}, 'The cell'));
    all.forEach((edge) => {
      const span = edge.to - edge.from;
      const bend = span === 1 ? 0 : (span === 2 ? (edge.from === 0 ? -1 : 1) : -1) * (span - 1) * 62;
      const absent = edge.operation === 'none';
      const centre = (x(edge.from) + x(edge.to)) / 2;
      picture.append(svg('path', {
        class: absent ? 'edge absent' : 'edge',
        d: `M${x(edge.from) + 14},${middle} Q${centre},${middle + 1.55 * bend} ${x(edge.to) - 14},${middle}`,
      }));
      if (!absent) {
        picture.append(svg('text', {
          class: 'label', x: centre, y: middle + 0.78 * bend - 6, 'text-anchor': 'middle',
        }, edge.operation.replace('nor_', '').replaceAll('_', ' ')));
      }
    });
    for (let node = 0; node < nodes; node++) {
      const name = node === 0 ? 'in' : node === nodes - 1 ? 'out' : String(node);
      picture.append(
        svg('circle', { class: 'node', cx: x(node), cy: middle, r: 14 }),
        svg('text', { class: 'label', x: x(node), y: middle + 4, 'text-anchor': 'middle' }, name));
    }
    return picture;
  }

  /**
   * Blocks from input to output: the outer height is of the channels inside a block, the inner one
   * of those that leave it; with costs a bar below each, microseconds.
   *
   * @param costs of espalier.data.costs, or null
   * @param small without labels and costs, to go with a pointer
   */
  function blocks(architecture, costs, small) {
    const column = small ? 11
      : Math.max(COLUMN, Math.min(2 * COLUMN, Math.floor(WIDE / architecture.slots.length)));
    const left = small ? 2 : LEFT;
    const shapes = small ? 56 : SHAPES;
    const top = small ? 2 : 40;
    const base = top + shapes;
    const bars = base + 34;
    const slots = architecture.slots;
    const width = left + slots.length * column + (small ? 2 : 12);
    const height = small ? base + 2 : costs ? bars + BARS + 26 : base + 30;
    const channels = (o) => Math.max(o.middle, o.output[2]);
    const active = slots.filter((slot) => slot.operators.length);
    const most = Math.max(1, ...active.map((slot) => channels(main(slot))));
    const tall = (c) => Math.max(3, (shapes - 4) * Math.sqrt(c / most));
    const picture = svg('svg', {
      class: small ? 'blocks small' : 'blocks', viewBox: `0 0 ${width} ${height}`, width, height,
      role: 'img', 'aria-label': line(architecture),
    });
    let resolution = '';
    let stage = null;
    slots.forEach((slot, s) => {
      const x = left + s * column;
      const centre = x + column / 2;
      const middle = top + shapes / 2;
      if (!small && stageOf(slot) && stageOf(slot) !== stage) {
        const length = slots.filter((other) => stageOf(other) === stageOf(slot)).length;
        picture.append(
          svg('line', { class: 'bracket', x1: x + 4, x2: x + length * column - 4, y1: 16, y2: 16 }),
          svg('text', { class: 'label', x: x + (length * column) / 2, y: 11, 'text-anchor': 'middle' },
            stageOf(slot)));
      }
      stage = stageOf(slot);
      if (!slot.operators.length) {
        picture.append(svg('line', {
          class: 'skipped', x1: x, x2: x + column, y1: middle, y2: middle,
        }, svg('title', {}, `${slot.name}: left out`)));
        return;
      }
      const o = main(slot);
      const cost = costs ? costs.micros[s] : null;
      const inner = tall(o.output[2]);
      const outer = tall(channels(o));
      const group = svg('g', { class: `block ${o.kind}` },
        svg('title', {}, [
          slot.name,
          ...grouped(slot.operators),
          `${count(macsOf(slot))} MACs${cost === null ? '' : `, ${micros(cost)}`}`,
        ].join('\n')),
        svg('rect', {
          class: 'outer', x: x + column * 0.12, width: column * 0.76, y: middle - outer / 2,
          height: outer, rx: small ? 1 : 3,
        }),
        svg('rect', {
          class: 'inner', x: x + column * 0.3, width: column * 0.4, y: middle - inner / 2,
          height: inner, rx: small ? 1 : 2,
        }));
      picture.append(group);
      if (small) {
        return;
      }
      const input = slot.operators[0].input;
      const here = `${input[0]}×${input[1]}`;
      if (here !== resolution) {
        picture.append(svg('text', { class: 'resolution', x: centre, y: 32, 'text-anchor': 'middle' },
          here));
        resolution = here;
      }
      const label = slot.operators.length > 1 ? `${slot.operators.length} ops`
        : o.kind === 'linear' ? 'linear' : o.kind === 'global-pool' ? 'pool'
          : o.kind.endsWith('pool') ? `pool ${o.kernel}` : `${o.kernel}×${o.kernel}`;
      const detail = o.kind === 'mbconv'
        ? `×${fixed(ratio(o), ratio(o) % 1 ? 1 : 0)}${o.squeeze ? ' SE' : ''}`
        : `${o.output[2]}`;
      picture.append(
        svg('text', { class: 'kernel', x: centre, y: base + 13, 'text-anchor': 'middle' }, label),
        svg('text', { class: 'detail', x: centre, y: base + 26, 'text-anchor': 'middle' }, detail));
    });
    if (small) {
      return picture;
    }
    picture.append(svg('text', { class: 'axis', x: 2, y: 32 }, 'input'));
    picture.append(svg('text', { class: 'axis', x: 2, y: base + 13 }, 'kernel'));
    picture.append(svg('text', { class: 'axis', x: 2, y: base + 26 }, 'width'));
    if (costs) {
      const largest = Math.max(...costs.micros, 1e-9);
      const total = costs.micros.reduce((sum, c) => sum + c, costs.overhead);
      picture.append(
        svg('text', { class: 'axis', x: 2, y: bars + BARS }, 'cost'),
        svg('line', {
          class: 'base', x1: left, x2: width - 12, y1: bars + BARS, y2: bars + BARS,
        }));
      // One unit for all bars.
      const [unit, factor] = largest < 10000 ? ['µs', 1] : ['ms', 1000];
      picture.append(svg('text', { class: 'axis', x: 2, y: bars + BARS + 14 }, unit));
      costs.micros.forEach((cost, s) => {
        if (!slots[s].operators.length && !cost) {
          return;
        }
        const tallness = ((BARS - 16) * Math.max(0, cost)) / largest;
        const x = left + s * column;
        picture.append(
          svg('rect', {
            class: 'cost', x: x + column * 0.2, width: column * 0.6, rx: 2,
            y: bars + BARS - tallness, height: tallness,
          }, svg('title', {},
            `${slots[s].name}: ${micros(cost)}, ${fixed((100 * cost) / total, 1)} % of ${micros(total)}`)),
          svg('text', {
            class: 'detail', x: x + column / 2, y: bars + BARS - tallness - 4, 'text-anchor': 'middle',
          }, digits(cost / factor)));
      });
    }
    return picture;
  }

  /** The same in rows, for those who cannot see it or want the numbers. */
  function blockTable(architecture, costs, mark) {
    const total = costs ? costs.micros.reduce((sum, c) => sum + c, costs.overhead) : 0;
    let sum = costs ? costs.overhead : 0;
    const rows = architecture.slots
      .map((slot, s) => ({ slot, cost: costs ? costs.micros[s] : null }))
      .filter(({ slot }) => slot.operators.length);
    rows.forEach((row) => {
      sum += row.cost || 0;
      row.sum = sum;
    });
    const columns = [
      ['block', 'name', ({ slot }) => slot.name],
      ['operators', 'words', ({ slot }) => grouped(slot.operators).map((w) => element('div', {}, w))],
      ['MACs', 'number', ({ slot }) => count(macsOf(slot))],
    ];
    if (costs) {
      columns.push(
        ['cost', 'number', ({ cost }) => mark(micros(cost))],
        ['share', 'number', ({ cost }) => `${fixed((100 * cost) / total, 1)} %`],
        ['sum so far', 'number', (row) => micros(row.sum)]);
    }
    return table(columns, rows);
  }

  return { blocks, blockTable, cell, line };
})();
