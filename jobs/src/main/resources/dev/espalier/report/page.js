/** The page: what to deploy, the targets, and what else there is to know. */
(() => {
  'use strict';

  const { data, plot } = espalier;
  const {
    element, micros, percent, axisMicros, axisPercent, points, change, many, mark, marked, table, none, fixed,
  } = espalier.text;
  const { run, changes } = data;

  /** Up to here all targets are shown below each other, and every answer in the first table. */
  const MOST_STACKED_TARGETS = 8;
  const MOST_STACKED_ANSWERS = 120;
  const MOST_LISTED = 500;

  const briefs = Array.from({ length: data.count }, (n, i) => data.brief(i));
  const sum = (value) => briefs.reduce((total, b) => total + value(b), 0);
  const asked = sum((b) => b.asked);
  const answered = sum((b) => b.answered);
  const refused = sum((b) => b.counts.refused);
  const infeasible = sum((b) => b.counts.infeasible);
  const failed = Object.entries(data.failed);
  const built = sum((b) => b.counts.published) > 0;
  const stacked = data.count <= MOST_STACKED_TARGETS && asked <= MOST_STACKED_ANSWERS;
  const main = document.getElementById('main');
  const links = [];

  function section(id, title, ...content) {
    links.push([id, title]);
    const made = element('section', { id }, element('h2', {}, title), content);
    main.append(made);
    return made;
  }

  const when = (instant) => (instant ? instant.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC') : '');

  function header() {
    const figure = (value, name, kind) => element('div', { class: `figure ${kind || ''}` },
      element('b', {}, value), element('span', {}, name));
    document.getElementById('top').append(
      element('div', { class: 'brand' }, 'Espalier'),
      element('h1', {}, run.name),
      element('p', { class: 'lead' }, built
        ? 'Which model for which device: searched, built, run and measured.'
        : 'Which architecture for which device: searched and predicted; nothing was built.'),
      element('p', { class: 'fine' }, [
        `${run.source.kind} ${run.source.name}`, `engine ${run.engine}`, `seed ${run.seed}`,
        when(run.began), run.digest ? `digest ${run.digest.slice(0, 12)}` : '',
      ].filter((w) => w).map((w) => element('span', { class: 'bit' }, w))),
      element('div', { class: 'figures' },
        figure(fixed(data.count, 0), data.count === 1 ? 'target' : 'targets'),
        figure(`${fixed(answered, 0)} of ${fixed(asked, 0)}`, 'budgets answered', answered === asked ? 'good' : ''),
        infeasible ? figure(fixed(infeasible, 0), 'cannot be met', 'warn') : null,
        refused ? figure(fixed(refused, 0), 'without a model: refused', 'bad') : null,
        failed.length ? figure(fixed(failed.length, 0), 'targets failed', 'bad') : null,
        changes ? figure(fixed(Object.values(changes.counts).reduce((a, b) => a + b, 0), 0),
          `answers changed since ${changes.name}`) : null),
      element('p', { class: 'legend' }, element('b', {}, 'Every number is marked: '),
        [['measured', 'on the device, or from the file'],
          ['emulated', 'counted by an emulator'],
          ['modelled', 'made by a fitted model'],
          ['predicted', 'before anything was built; a small mark beside it says from what'],
          ['exact', 'follows from the architecture or the file']].map(([kind, words]) => element(
          'span', { class: 'entry' }, mark(kind), ` ${kind}`, element('span', { class: 'fine' }, ` ${words}`)))));
  }

  /** Every answer of every target, for runs that fit. */
  function decisions() {
    const answers = briefs.flatMap((b) => data.target(b.index).answers);
    const columns = espalier.target.columns(answers)
      .filter(([heading]) => !(built && ['MACs', 'peak memory', 'weights'].includes(heading)));
    const [budget] = columns.splice(0, 1);
    columns.unshift(
      ['target', 'name', (a) => [element('a', { href: `#target-${a.target.index}` }, a.target.name),
        element('div', { class: 'fine' }, a.target.deviceClass.replace('-', ' '))]],
      budget);
    if (built) {
      columns.push(['in the run at', 'path', (a) => (a.files.length ? element('code', {}, a.path) : none)]);
    }
    section('deploy', built ? 'What to deploy' : 'What was found', table(columns, answers, {
      class: 'decisions', row: (a) => ({ class: a.kind }),
    }));
  }

  const range = (values, format, kind, from) => (!values || !values.length ? none
    : element('span', { class: 'number' },
      values[0] === values[1] ? format(values[0]) : `${format(values[0])} to ${format(values[1])}`,
      ' ', mark(kind, from)));

  function stackedTargets() {
    const sections = briefs.map((b) => espalier.target.section(b.index));
    section('targets', data.count === 1 ? 'The target' : 'Targets', sections.map((s) => s.element));
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        sections.find((s) => s.element === entry.target).draw();
      }
    }), { rootMargin: '200px' });
    sections.forEach((s) => seen.observe(s.element));
    sections[0].draw();
    addEventListener('beforeprint', () => sections.forEach((s) => s.draw()));
  }

  const TESTS = {
    all: ['all targets', () => true],
    unmet: ['with a budget that cannot be met', (b) => b.counts.infeasible > 0],
    refused: ['with a budget without a model', (b) => b.counts.refused > 0],
    changed: ['that changed', (b) => b.changed > 0],
  };
  const ORDERS = {
    asked: ['as asked', (a, b) => a.index - b.index],
    name: ['by name', (a, b) => (a.name < b.name ? -1 : 1)],
    fast: ['fastest first', (a, b) => (a.micros ? a.micros[0] : Infinity) - (b.micros ? b.micros[0] : Infinity)],
    accurate: ['most accurate first', (a, b) => (b.accuracy[1] || 0) - (a.accuracy[1] || 0)],
    least: ['least accurate first', (a, b) => (a.accuracy[1] || 0) - (b.accuracy[1] || 0)],
  };

  /** A list to search in, and one target at a time beside it. */
  function listedTargets() {
    const list = element('ul', { class: 'list', 'aria-label': 'Targets' });
    const shown = element('div', { class: 'one' });
    const found = element('p', { class: 'fine', 'aria-live': 'polite' });
    const query = element('input', {
      type: 'search', placeholder: 'name, device, class … ( / )', 'aria-label': 'Find targets',
    });
    const select = (name, choices) => element('select', { 'aria-label': name },
      Object.entries(choices).map(([value, [text]]) => element('option', { value }, text)));
    const tests = Object.fromEntries(Object.entries(TESTS).filter(([, [, test]]) => briefs.some(test)));
    const test = select('Which targets', tests);
    const order = select('Order', ORDERS);
    const buttons = new Map();
    let current = null;
    let part = null;

    const item = (b) => {
      if (!buttons.has(b.index)) {
        const missing = b.asked - b.answered;
        buttons.set(b.index, element('li', {}, element('button', {
          type: 'button', onclick: () => open(b.index, true),
        },
        element('b', {}, b.name),
        element('span', { class: 'fine' }, [b.device, b.deviceClass.replace('-', ' ')].filter((w) => w).join(', ')),
        element('span', { class: 'fine' }, b.micros
          ? `${micros(b.micros[0])} to ${micros(b.micros[1])} · ${percent(b.accuracy[0])} to ${percent(b.accuracy[1])}` : 'nothing can be met'),
        missing ? element('span', { class: 'missing' }, `${missing} of ${b.asked} not answered`) : null,
        b.changed ? element('span', { class: 'changed' }, `${b.changed} changed`) : null)));
      }
      return buttons.get(b.index);
    };

    function filter() {
      const words = query.value.toLowerCase().split(/\s+/).filter((w) => w);
      const fits = briefs.filter((b) => {
        const text = `${b.name} ${b.device} ${b.deviceClass} ${b.profile} ${b.origins.join(' ')}`.toLowerCase();
        return words.every((w) => text.includes(w)) && tests[test.value][1](b);
      }).sort(ORDERS[order.value][1]);
      list.replaceChildren(...fits.slice(0, MOST_LISTED).map(item));
      found.textContent = fits.length > MOST_LISTED
        ? `${fixed(fits.length, 0)} targets, the first ${MOST_LISTED} listed: type to find others`
        : many(fits.length, 'target');
    }

    function open(index, asLink) {
      if (current !== null && buttons.has(current)) {
        buttons.get(current).firstChild.removeAttribute('aria-current');
      }
      current = index;
      item(briefs[index]).firstChild.setAttribute('aria-current', 'true');
      part = espalier.target.section(index);
      shown.replaceChildren(part.element);
      part.draw();
      if (asLink) {
        history.replaceState(null, '', `#target-${index}`);
        if (matchMedia('(max-width: 760px)').matches) {
          shown.scrollIntoView();
        }
      }
    }

    function followLink() {
      const match = /^#target-(\d+)$/.exec(location.hash);
      if (match && Number(match[1]) < data.count) {
        open(Number(match[1]), false);
        return true;
      }
      return false;
    }

    query.addEventListener('input', filter);
    test.addEventListener('change', filter);
    order.addEventListener('change', filter);
    list.addEventListener('keydown', (event) => {
      const to = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
      const other = to && event.target.closest('li')[to];
      if (other) {
        other.firstChild.focus();
        event.preventDefault();
      }
    });
    query.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' && list.firstChild) {
        list.firstChild.firstChild.focus();
        event.preventDefault();
      } else if (event.key === 'Enter' && list.firstChild) {
        list.firstChild.firstChild.click();
      }
    });
    addEventListener('keydown', (event) => {
      if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
        query.focus();
        event.preventDefault();
      }
    });
    addEventListener('hashchange', () => (followLink() ? shown.scrollIntoView() : null));
    section('targets', 'Targets', element('div', { class: 'split' },
      element('div', { class: 'finder' }, query, element('div', { class: 'selects' }, test, order), found, list),
      shown));
    filter();
    if (!followLink()) {
      open(0, false);
    }
  }

  /** Mean and largest distance of pairs, in words. */
  function errors(pairs, format, relative) {
    const off = pairs.map((p) => (relative ? Math.abs(p.y / p.x - 1) : Math.abs(p.y - p.x)));
    const mean = off.reduce((a, b) => a + b, 0) / off.length;
    return `${many(pairs.length, 'model')}: off by ${format(mean)} on average, ${format(Math.max(...off))} at most`;
  }

  function agreement() {
    const accuracy = [];
    const latency = [];
    briefs.filter((b) => b.counts.published).forEach((b) => {
      data.target(b.index).answers.filter((a) => a.code).forEach((answer) => {
        if (answer.measuredAccuracy !== null) {
          accuracy.push({ x: answer.accuracy, y: answer.measuredAccuracy, answer });
        }
        if (answer.measured) {
          latency.push({ x: answer.micros, y: answer.measured.micros, answer });
        }
      });
    });
    if (!accuracy.length) {
      section('agreement', 'Predicted against measured', element('p', {},
        'Nothing was built, so nothing was measured: the search had no supernet. All numbers are predictions.'));
      return;
    }
    const place = () => element('div', { class: 'place' });
    const spots = [place(), place()];
    const made = section('agreement', 'Predicted against measured', element('div', { class: 'pair' },
      element('div', {}, element('h3', {}, 'Accuracy'),
        element('p', { class: 'fine' }, `${errors(accuracy, (v) => `${fixed(v, 2)} points`, false)}.`), spots[0]),
      element('div', {}, element('h3', {}, 'Latency'), element('p', { class: 'fine' }, latency.length
        ? `${errors(latency, (v) => `${fixed(100 * v, 1)} %`, true)}.`
        : 'No target was the machine at hand: latencies are predicted, and none was measured.'),
      latency.length ? spots[1] : null)));
    let drawn = false;
    const draw = () => {
      if (!drawn) {
        drawn = true;
        plot.agreement(spots[0], accuracy, percent, axisPercent, 'Accuracy, predicted and measured');
        if (latency.length) {
          plot.agreement(spots[1], latency, micros, axisMicros, 'Latency, predicted and measured');
        }
      }
    };
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) {
        seen.disconnect();
        draw();
      }
    }, { rootMargin: '200px' });
    seen.observe(made);
    addEventListener('beforeprint', draw);
  }

  function unanswered() {
    const rows = briefs.filter((b) => b.asked > b.answered)
      .flatMap((b) => data.target(b.index).answers.filter((a) => !a.code));
    if (!rows.length && !failed.length) {
      return;
    }
    section('unanswered', 'What could not be answered',
      rows.length ? [table([
        ['target', 'name', (a) => element('a', { href: `#target-${a.target.index}` }, a.target.name)],
        ['budget', 'name', (a) => espalier.target.budgetOf(a)],
        ['answer', 'words', (a) => espalier.target.status(a.kind)],
        ['why', 'words', (a) => (a.kind === 'infeasible' ? `${a.binding} cannot hold`
          : a.refused.map((r) => element('div', {}, `candidate ${r.rank}: ${r.reason}`)))],
        ['least possible', 'number', (a) => (a.kind === 'infeasible'
          ? marked(espalier.target.leastWords(a), /^(latency|peak)/.test(a.binding) ? 'predicted' : 'exact',
            a.binding.startsWith('latency') ? a.target.origins : null) : none)],
      ], rows.slice(0, MOST_LISTED)), rows.length > MOST_LISTED
        ? element('p', { class: 'fine' }, `The first ${MOST_LISTED} of ${fixed(rows.length, 0)}; selections.parquet has all.`) : null] : null,
      failed.length ? [element('h3', {}, 'Targets that failed'), table([
        ['target', 'name', (f) => f[0]], ['why', 'words', (f) => f[1]]], failed)] : null);
  }

  const KINDS = {
    lost: 'no longer answered', gone: 'no longer asked', found: 'now answered', new: 'new',
    replaced: 'another architecture', moved: 'same architecture, other numbers',
  };

  function difference() {
    if (!changes) {
      section('changes', 'What changed', element('p', {},
        'No earlier run of the same source and targets lies beside this one. ',
        element('code', {}, './espalier report RUN --against EARLIER_RUN'), ' compares any two.'));
      return;
    }
    const total = Object.values(changes.counts).reduce((a, b) => a + b, 0);
    const side = (s) => {
      if (!s) {
        return none;
      }
      if (!s.text) {
        return espalier.target.status(s.kind);
      }
      return [element('div', {}, micros(s.micros), ' ', mark('predicted'), '  ', percent(s.accuracy), ' ', mark('predicted')),
        s.measuredAccuracy !== null ? element('div', {}, s.measured
          ? [micros(s.measured), ' ', mark('measured'), '  '] : null,
        percent(s.measuredAccuracy), ' ', mark('measured')) : null,
        element('div', { class: 'code' }, s.text)];
    };
    section('changes', `What changed since ${changes.name}`,
      element('p', {}, changes.named ? 'The run that was named to compare with'
        : 'The last run before this one in the same folder', changes.began ? `, begun ${when(changes.began)}` : '',
      changes.digest ? `, digest ${changes.digest.slice(0, 12)}` : '', '. ',
      `${many(changes.same, 'answer is', 'answers are')} the same`,
      Object.entries(changes.counts).map(([kind, n]) => `; ${fixed(n, 0)} ${KINDS[kind]}`), '.'),
      changes.inputs.length ? table([
        ['what the results depend on', 'name', (i) => i.what],
        ['was', 'words', (i) => i.was || none],
        ['is', 'words', (i) => i.now || none],
      ], changes.inputs.slice(0, MOST_LISTED), { class: 'wide' })
        : element('p', {}, 'Nothing that the results depend on changed.'),
      total ? table([
        ['target', 'name', (c) => c.target],
        ['budget', 'name', (c) => c.budget],
        ['change', 'words', (c) => KINDS[c.kind]],
        ['was', 'words', (c) => side(c.was)],
        ['is', 'words', (c) => side(c.now)],
        ['accuracy', 'number', (c) => (c.was && c.now && c.was.text && c.now.text
          ? [points(c.now.accuracy - c.was.accuracy), ' ', mark('predicted')] : none)],
        ['latency', 'number', (c) => (c.was && c.now && c.was.text && c.now.text
          ? [change(c.was.micros, c.now.micros), ' ', mark('predicted')] : none)],
      ], changes.answers, { class: 'wide' }) : null,
      total > changes.answers.length
        ? element('p', { class: 'fine' }, `The ${changes.answers.length} that lost or moved most, of ${fixed(total, 0)}.`) : null);
  }

  function sources() {
    const words = new Map();
    briefs.forEach((b) => {
      const t = data.target(b.index);
      const key = `${t.claim}\n${t.provenance}`;
      words.set(key, [...(words.get(key) || []), t]);
    });
    const facts = element('dl', { class: 'sources' });
    const fact = (name, ...value) => facts.append(element('dt', {}, name), element('dd', {}, value));
    fact('accuracy', `predicted by ${run.predictor}: ${run.quality}`, built
      ? '; measured from each model file on test images that no predictor was fitted on.' : '.');
    [...words].slice(0, 12).forEach(([, targets]) => fact(
      targets.length > 4 ? many(targets.length, 'target') : targets.map((t) => t.name).join(', '),
      `${targets[0].claim}. Its profile: ${targets[0].provenance}.`));
    if (words.size > 12) {
      fact('and so on', `${words.size - 12} further sources: each target says its own.`);
    }
    if (run.conditions && built) {
      fact('measured latencies', `${run.conditions}${run.host ? `, on ${run.host}` : ''}`);
    }
    fact('search', `${run.proven ? `${run.proven}. ` : ''}${run.stopped ? `It ended: ${run.stopped}. ` : ''}${
      run.evaluations ? `${fixed(run.evaluations, 0)} evaluations.` : ''}`);
    fact(run.source.kind, `${run.source.name}, digest `, element('code', {}, run.source.digest));
    if (run.testImages) {
      fact('test images', element('code', {}, run.testImages));
    }
    fact('run', 'digest ', element('code', {}, run.digest));
    if (Object.keys(run.versions).length) {
      fact('versions', Object.entries(run.versions).map(([name, version]) => `${name} ${version}`).join(', '));
    }
    if (run.points) {
      fact('this page', `Fronts are thinned to ${run.points} points each, so that it stays small: the points go first without which a front dominates least less. fronts.parquet has all.`);
    }
    section('sources', 'Where the numbers come from', facts);
  }

  header();
  if (stacked) {
    decisions();
    stackedTargets();
  } else {
    listedTargets();
  }
  unanswered();
  difference();
  // What needs every target waits until the first plot is on the screen.
  const later = () => {
    agreement();
    sources();
    document.getElementById('top').append(element('nav', { 'aria-label': 'Parts of the report' },
      links.map(([id, title]) => element('a', { href: `#${id}` }, title))));
    document.getElementById('bottom').append(element('p', { class: 'fine' },
      'Made by Espalier from the folder of the run. Plots: uPlot, MIT licence.'));
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  };
  requestAnimationFrame(() => setTimeout(later));
})();
