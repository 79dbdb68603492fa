/** What the report says of one target: its front, its answers, and the one that is looked at. */
espalier.target = (() => {
  'use strict';

  const { data, drawing, plot } = espalier;
  const {
    element, micros, limit, percent, count, bytes, points, change, many, mark, marked, table, none, fixed,
  } = espalier.text;

  const KINDS = {
    published: 'model', predicted: 'architecture', refused: 'refused', infeasible: 'cannot be met',
  };

  const status = (kind) => element('span', { class: `status ${kind}` }, KINDS[kind]);

  /** Where a target's predicted latencies come from. */
  const from = (target) => target.origins;

  /** The first point of the front that is better and breaks the latency budget. */
  function next(answer) {
    const { front } = answer.target;
    const found = front.accuracies.findIndex(
      (accuracy, i) => accuracy > answer.accuracy && front.micros[i] > answer.limit);
    return found < 0 ? null : { micros: front.micros[found], accuracy: front.accuracies[found] };
  }

  /** Why this model, in sentences. */
  function why(answer) {
    const said = [];
    if (answer.kind === 'infeasible') {
      return [`No architecture of the space meets this budget; that is proven. What binds is ${
        answer.binding}; the least possible is ${leastWords(answer)}.`];
    }
    if (answer.kind === 'refused') {
      return ['Every candidate that was tried was refused, so nothing is published.'];
    }
    if (answer.refused.length) {
      said.push(`Better ones were tried before and refused: ${many(answer.refused.length, 'candidate')}.`);
    } else {
      said.push('The most accurate architecture, as predicted, that the search found within the budget.');
    }
    if (answer.limit !== null) {
      said.push(`It uses ${fixed((100 * answer.micros) / answer.limit, 1)} % of the latency allowed.`);
      const better = next(answer);
      if (better) {
        said.push(`${answer.target.front.all > answer.target.front.micros.length
          ? 'Of the points shown, the' : 'The'} next better one would take ${micros(better.micros)} (${
          change(answer.micros, better.micros)}) for ${points(better.accuracy - answer.accuracy)}.`);
      } else if (answer.target.front.micros.length) {
        said.push('No slower architecture of the front is better.');
      }
    }
    if (answer.measured) {
      const over = answer.limit !== null && answer.measured.micros > answer.limit;
      said.push(`As measured it takes ${change(answer.micros, answer.measured.micros)} against the prediction${
        over ? ', and more than the budget' : ''}.`);
    }
    return said;
  }

  function leastWords(answer) {
    const quantity = answer.binding.split(' ')[0];
    const format = {
      latency: micros, 'peak-memory': bytes, 'weight-memory': bytes,
    }[quantity] || count;
    return format(answer.least);
  }

  /** Size of all files of a model. */
  const sizeOf = (answer) => (answer.files.length
    ? answer.files.reduce((sum, file) => sum + file.bytes, 0) : null);

  const formats = (answer) => answer.files.map((file) => file.format)
    .filter((format, i, all) => all.indexOf(format) === i);

  /** A budget as people say it; its name where it limits more than latency. */
  const budgetOf = (answer) => (answer.limit !== null && !answer.limits
    ? element('span', { title: answer.budget }, `≤ ${limit(answer.limit)}`)
    : answer.budget);

  /** Predicted above measured, as far as they are known. */
  const latencyOf = (answer) => [
    element('div', {}, marked(micros(answer.micros), 'predicted', from(answer.target))),
    answer.measured ? element('div', {}, marked(micros(answer.measured.micros), 'measured')) : null,
  ];
  const accuracyOf = (answer) => [
    element('div', {}, marked(percent(answer.accuracy), 'predicted')),
    answer.measuredAccuracy !== null
      ? element('div', {}, marked(percent(answer.measuredAccuracy), 'measured')) : null,
  ];

  /** The columns that answers are shown in; those that nothing is known for are left out. */
  function columns(answers) {
    const built = answers.some((a) => a.files.length);
    const known = answers.some((a) => a.peak !== null);
    return [
      ['budget', 'name', (a) => [budgetOf(a), a.limits
        ? element('div', { class: 'fine' }, a.limits) : null]],
      ['answer', 'words', (a) => status(a.kind)],
      ['latency', 'number', latencyOf],
      ['accuracy', 'number', accuracyOf],
      ['MACs', 'number', (a) => marked(count(a.macs), 'exact')],
      known ? ['peak memory', 'number', (a) => marked(bytes(a.peak), 'predicted')] : null,
      known ? ['weights', 'number', (a) => marked(bytes(a.weights), 'exact')] : null,
      built ? ['all files', 'number', (a) => marked(bytes(sizeOf(a)), 'exact')] : null,
      built ? ['formats', 'words', (a) => (a.files.length
        ? formats(a).map((f) => element('span', { class: 'format' }, f)) : none)] : null,
    ].filter((c) => c);
  }

  function files(answer) {
    return table([
      ['file', 'name', (f) => f.name],
      ['format', 'words', (f) => [f.format, element('div', { class: 'fine' }, f.version)]],
      ['size', 'number', (f) => marked(bytes(f.bytes), 'exact')],
      ['accuracy', 'number', (f) => (f.runner ? marked(percent(percentOf(f)), 'measured') : none)],
      ['images', 'number', (f) => (f.runner ? fixed(f.images, 0) : none)],
      ['run by', 'words', (f) => f.runner
        || element('span', { class: 'bad' }, `not verified: ${f.unverified}`)],
      ['peak memory', 'number', (f) => marked(bytes(f.peak), 'predicted')],
      ['SHA-256', 'digest', (f) => element('code', {}, f.digest)],
    ], answer.files, { class: 'files' });
  }

  const percentOf = (file) => file.accuracy / 1000;

  /** An architecture with its drawing; with costs where it is an answer. */
  function picture(target, code, text) {
    const architecture = data.architecture(code);
    if (!architecture) {
      return [
        element('p', { class: 'code' }, text || code),
        element('p', { class: 'fine' },
          'The run does not say which space it searched, or it is of a family that is not known here: the architecture cannot be drawn.'),
      ];
    }
    const costs = data.costs(target, code);
    const made = [
      element('div', { class: 'scroll drawing', tabindex: '0', role: 'group',
        'aria-label': 'Drawing of the architecture' }, drawing.blocks(architecture, costs)),
    ];
    const graph = drawing.cell(architecture);
    if (graph) {
      made.push(element('div', { class: 'scroll drawing' }, graph));
    }
    made.push(element('p', { class: 'fine' }, 'Outer height: channels inside a block; inner: channels that leave it; ×6: how far a block expands; SE: squeeze-and-excitation.', costs
      ? [` Bars: what each block adds to the predicted latency `, mark('predicted', target.origins),
        costs.overhead ? `, beside ${micros(costs.overhead)} for the network as a whole.` : '.']
      : ` ${costless(target)}`));
    const details = element('details', {}, element('summary', {}, 'Blocks in rows'));
    details.addEventListener('toggle', () => {
      if (details.open && details.children.length === 1) {
        details.append(drawing.blockTable(architecture, costs,
          (number) => marked(number, 'predicted', target.origins)));
      }
    });
    made.push(details, element('p', { class: 'code' }, text || architecture.hex));
    return made;
  }

  /** Why there are no costs of blocks. */
  function costless(target) {
    if (target.claim.startsWith('latency of whole networks')) {
      return 'Latency is of whole networks here, not a sum over blocks.';
    }
    return {
      none: 'The run has no costs of blocks.',
      cut: 'Costs of blocks are left out of this page, which would be too large; blocks.parquet has them.',
      all: 'Costs of blocks are known for what budgets chose.',
    }[data.run.blocks];
  }

  function facts(answer) {
    const list = element('dl', { class: 'facts' });
    const fact = (name, ...value) => list.append(
      element('div', {}, element('dt', {}, name), element('dd', {}, value)));
    const { target } = answer;
    if (answer.code) {
      fact('latency', marked(micros(answer.micros), 'predicted', target.origins), answer.measured
        ? [element('br'), marked(micros(answer.measured.micros), 'measured'),
          element('div', { class: 'fine' }, `quartiles ${micros(answer.measured.spread)} apart, ${
            many(answer.measured.samples, 'sample')}`)]
        : answer.files.length ? element('div', { class: 'fine' }, 'not measured: the device is not at hand') : null);
      fact('accuracy', marked(percent(answer.accuracy), 'predicted'), answer.measuredAccuracy !== null
        ? [element('br'), marked(percent(answer.measuredAccuracy), 'measured'),
          element('div', { class: 'fine' }, `on ${many(answer.images, 'image')}, from the file`)] : null);
      fact('MACs', marked(count(answer.macs), 'exact'));
      fact('parameters', marked(count(answer.parameters), 'exact'));
      if (answer.peak !== null) {
        fact('peak memory', marked(bytes(answer.peak), 'predicted'));
        fact('weights', marked(bytes(answer.weights), 'exact'));
      }
      if (answer.files.length) {
        fact('in the run at', element('code', {}, answer.path));
      }
    }
    return list;
  }

  /** The answer that is looked at. */
  function detail(answer) {
    const refused = answer.refused.length ? table([
      ['candidate', 'number', (r) => r.rank],
      ['latency', 'number', (r) => [marked(micros(r.micros), 'predicted', from(answer.target)),
        r.measured === null ? null : [element('br'), marked(micros(r.measured), 'measured')]]],
      ['accuracy', 'number', (r) => marked(percent(r.accuracy), 'predicted')],
      ['refused because', 'words', (r) => r.reason],
    ], answer.refused) : null;
    return [
      element('h4', {}, budgetOf(answer), ' ', status(answer.kind),
        element('span', { class: 'fine' }, ` ${answer.budget}`)),
      element('p', { class: 'why' }, why(answer).join(' ')),
      answer.code ? facts(answer) : null,
      answer.code ? picture(answer.target, answer.code, answer.text) : null,
      answer.files.length ? [element('h5', {}, 'Files'), files(answer)] : null,
      refused ? [element('h5', {}, 'Refused'), refused] : null,
    ];
  }

  /** A point of the front that no budget chose. */
  function explored(target, point) {
    return [
      element('h4', {}, 'A point of the front that no budget chose'),
      element('p', { class: 'why' }, marked(micros(point.micros), 'predicted', target.origins), ', ',
        marked(percent(point.accuracy), 'predicted')),
      picture(target, point.code, ''),
    ];
  }

  /** The points of the front for those who cannot see the plot; made when it is opened. */
  function frontTable(target) {
    const { front } = target;
    const details = element('details', {}, element('summary', {}, 'Front in rows'));
    details.addEventListener('toggle', () => {
      if (details.open && details.children.length === 1) {
        details.append(table([
          ['latency', 'number', (i) => marked(micros(front.micros[i]), 'predicted', target.origins)],
          ['accuracy', 'number', (i) => marked(percent(front.accuracies[i]), 'predicted')],
          ['architecture', 'code', (i) => {
            const architecture = data.architecture(front.code(i));
            return architecture ? drawing.line(architecture) : front.code(i);
          }],
        ], front.micros.map((m, i) => i)));
      }
    });
    return details;
  }

  /**
   * The section of a target. Its plot is drawn when it comes into sight.
   *
   * @returns {element, draw} where draw makes the plot now
   */
  function section(index) {
    const target = data.target(index);
    let chosen = target.answers.find((a) => a.code) || target.answers[0];
    let drawn = null;
    const place = element('div', { class: 'place' });
    const looked = element('div', { class: 'looked', 'aria-live': 'polite' });
    const rows = [];
    const hasFront = target.front.micros.length > 0 || target.answers.some((a) => a.code);

    function choose(answer, point) {
      chosen = answer;
      rows.forEach((row, i) => row.classList.toggle('chosen', target.answers[i] === answer));
      rows.forEach((row, i) => row.querySelector('button').setAttribute(
        'aria-pressed', String(target.answers[i] === answer)));
      looked.replaceChildren(...(answer ? detail(answer) : explored(target, point)).flat(Infinity)
        .filter((part) => part));
      if (drawn) {
        drawn.redraw();
      }
    }

    const shown = columns(target.answers);
    const [heading, kind, cell] = shown[0];
    shown[0] = [heading, kind, (answer) => {
      const [name, ...more] = cell(answer);
      return [element('button', { type: 'button', class: 'choose', onclick: () => choose(answer) },
        name), ...more];
    }];
    const answers = table(shown, target.answers, {
      class: 'answers',
      row: (answer) => ({
        onclick: (event) => (event.target.closest('button') ? null : choose(answer)),
      }),
    });
    rows.push(...answers.querySelectorAll('tbody tr'));

    const made = element('section', { class: 'target', id: `target-${index}` },
      element('h3', {}, target.name),
      element('p', { class: 'device' },
        [target.device, target.deviceClass.replace('-', ' '), target.runtime, target.precision]
          .filter((w) => w).map((w) => element('span', {}, w))),
      target.claim ? element('details', {},
        element('summary', {}, target.origins.length ? 'Predicted from ' : 'Where its latencies come from',
          target.origins.map((o, i) => [i ? ' and ' : '', mark(o), ` ${o}`]),
          target.origins.length ? ' latencies' : null),
        element('p', { class: 'fine' }, `Predicted latency: ${target.claim}.`),
        element('p', { class: 'fine' }, `Its profile: ${target.provenance}.`)) : null,
      target.limits.length ? element('p', { class: 'fine' }, `Limits of the device: ${target.limits.join('; ')}.`) : null,
      hasFront ? place : element('p', {}, 'Nothing can be drawn: no budget of this target can be met.'),
      hasFront ? element('p', { class: 'fine key' },
        element('span', { class: 'key-predicted' }, '○'), ' chosen, as predicted  ',
        element('span', { class: 'key-measured' }, '◆'), ' the same, measured  ',
        element('span', { class: 'key-bad' }, '×'), ' refused  ',
        element('span', { class: 'key-predicted' }, '·'), ` front of ${many(target.front.all, 'architecture')}${
          target.front.all > target.front.micros.length ? `, ${target.front.micros.length} shown` : ''}  `,
        element('span', { class: 'key-budget' }, '┊'), ' latency budget. Drag to look closer, double click to go back.') : null,
      hasFront ? frontTable(target) : null,
      answers,
      looked);
    const draw = () => {
      if (!drawn && hasFront && place.isConnected) {
        drawn = plot.front(place, target, () => chosen, choose);
      }
    };
    if (chosen) {
      choose(chosen);
    }
    return { element: made, draw };
  }

  return { section, columns, budgetOf, status, leastWords };
})();
