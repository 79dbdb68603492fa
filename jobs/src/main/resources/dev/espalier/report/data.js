/** The report: each file adds one part to it, and builds on the parts before. */
const espalier = {};

/**
 * The data of the page, as ReportData.java wrote it. Columns become rows, and architectures are
 * decoded, only for targets that are looked at.
 */
espalier.data = (() => {
  'use strict';

  const raw = JSON.parse(document.getElementById('data').textContent);
  const space = raw.space;
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const POINTS = 1000; // steps of accuracy in one per cent
  const targets = [];

  const word = (index) => (index === undefined || index === null ? '' : raw.words[index]);
  const percent = (steps) => (steps === undefined || steps === null ? null : steps / POINTS);

  /** The option of every decision, from a packed code: the last decision is the fastest digit. */
  function options(code) {
    let number = 0n;
    for (const character of code) {
      number = number * 64n + BigInt(DIGITS.indexOf(character));
    }
    const chosen = new Array(space.decisions.length);
    for (let d = chosen.length - 1; d >= 0; d--) {
      const radix = BigInt(space.decisions[d][1].length);
      chosen[d] = Number(number % radix);
      number /= radix;
    }
    return chosen;
  }

  const OPERATOR = ['kind', 'input', 'output', 'kernel', 'stride', 'groups', 'middle', 'squeeze',
    'activation', 'shortcut', 'macs'];
  const operators = !space ? [] : space.operators.map(
    (fields) => Object.fromEntries(OPERATOR.map((name, i) => [name, fields[i]])));
  const lowered = !space ? [] : space.slots.map((slot) => {
    const lists = new Map();
    for (let i = 0; i < slot.lowered.length; i += 2) {
      lists.set(slot.lowered[i], slot.lowered[i + 1]);
    }
    return lists;
  });

  /** The options in a slot's scope as one number, the last fastest. */
  function key(slot, chosen) {
    return space.slots[slot].scope.reduce(
      (sum, d) => sum * space.decisions[d][1].length + chosen[d], 0);
  }

  /**
   * What an architecture is made of: of every slot its name, key and operators. Null where the run
   * does not say what space it searched.
   */
  function architecture(code) {
    if (!space || !code) {
      return null;
    }
    const chosen = options(code);
    const slots = space.slots.map((slot, s) => {
      const at = key(s, chosen);
      const list = lowered[s].get(at);
      return {
        name: slot.name,
        key: at,
        operators: list === undefined ? [] : space.lists[list].map((o) => operators[o]),
      };
    });
    return {
      options: chosen,
      slots,
      hex: chosen.map((o) => o.toString(16).padStart(2, '0')).join(''),
    };
  }

  /** The costs of slots, microseconds, by slot and key: in the order in which answers have them. */
  function costsOf(target) {
    if (!target.costs && target.raw.blocks && space) {
      const values = target.raw.blocks;
      const bySlot = space.slots.map(() => new Map());
      let next = 1;
      for (const answer of target.answers) {
        if (answer.code) {
          architecture(answer.code).slots.forEach((slot, s) => {
            if (!bySlot[s].has(slot.key) && next < values.length) {
              bySlot[s].set(slot.key, values[next++]);
            }
          });
        }
      }
      target.costs = { overhead: values[0], bySlot };
    }
    return target.costs;
  }

  /** What each slot of an architecture costs on a target, or null where that is not known. */
  function costs(target, code) {
    const known = costsOf(target);
    if (!known || !code) {
      return null;
    }
    const micros = architecture(code).slots.map((slot, s) => known.bySlot[s].get(slot.key));
    return micros.includes(undefined) ? null : { overhead: known.overhead, micros };
  }

  function answersOf(target) {
    const columns = target.raw.answers;
    const cell = (name, i) => (columns[name] ? columns[name][i] : null);
    return columns.budget.map((budget, i) => {
      const measured = cell('measured', i);
      const text = cell('text', i);
      const limits = cell('limits', i);
      return {
        target,
        index: i,
        budget,
        kind: word(columns.kind[i]),
        limit: cell('latencyLimit', i),
        limits: limits === null ? '' : word(limits),
        code: cell('code', i),
        text: text === null ? '' : raw.texts[text],
        micros: cell('micros', i),
        accuracy: percent(cell('accuracy', i)),
        macs: cell('macs', i),
        parameters: cell('parameters', i),
        peak: cell('peak', i),
        weights: cell('weights', i),
        measuredAccuracy: percent(cell('measuredAccuracy', i)),
        measured: measured && { micros: measured[0], spread: measured[1], samples: measured[2] },
        images: cell('images', i),
        files: (cell('files', i) || []).map((f) => raw.files[f]),
        refused: (cell('refused', i) || []).map((r) => (
          { rank: r[0], micros: r[1], accuracy: percent(r[2]), measured: r[3], reason: r[4] })),
        binding: cell('binding', i) === null ? '' : word(cell('binding', i)),
        least: cell('least', i),
        path: `models/${target.name}/${budget}`,
      };
    });
  }

  function frontOf(target) {
    const front = target.raw.front;
    if (!front) {
      return { all: 0, micros: [], accuracies: [], code: () => '' };
    }
    const width = front.micros.length ? front.codes.length / front.micros.length : 0;
    return {
      all: front.all,
      micros: front.micros,
      accuracies: front.accuracies.map(percent),
      code: (i) => front.codes.substr(i * width, width),
    };
  }

  /** A target with its answers and its front. */
  function target(index) {
    if (!targets[index]) {
      const t = raw.targets[index];
      const made = {
        raw: t,
        index,
        name: t.name,
        profile: t.profile || '',
        digest: t.digest || '',
        device: word(t.device),
        deviceClass: word(t.class),
        runtime: word(t.runtime),
        precision: word(t.precision),
        claim: word(t.claim),
        provenance: word(t.provenance),
        origins: t.origins || [],
        limits: t.limits || [],
      };
      made.answers = answersOf(made);
      made.front = frontOf(made);
      targets[index] = made;
    }
    return targets[index];
  }

  /** What the list of targets says of one, without making rows of it. */
  function brief(index) {
    const t = raw.targets[index];
    const counts = { published: 0, predicted: 0, refused: 0, infeasible: 0 };
    t.answers.kind.forEach((kind) => counts[word(kind)]++);
    const range = (column) => {
      const values = (column || []).filter((v) => v !== null);
      return values.length ? [Math.min(...values), Math.max(...values)] : null;
    };
    return {
      index,
      name: t.name,
      device: word(t.device),
      deviceClass: word(t.class),
      profile: t.profile || '',
      origins: t.origins || [],
      counts,
      asked: t.answers.kind.length,
      changed: t.changed || 0,
      answered: counts.published + counts.predicted,
      micros: range(t.answers.micros),
      accuracy: (range(t.answers.accuracy) || []).map(percent),
      measuredAccuracy: (range(t.answers.measuredAccuracy) || []).map(percent),
    };
  }

  const changes = raw.changes && {
    ...raw.changes,
    answers: raw.changes.answers.map((change) => {
      const side = (s) => s && {
        ...s,
        kind: word(s.kind),
        accuracy: percent(s.accuracy),
        measuredAccuracy: percent(s.measuredAccuracy),
        measured: s.measured ? s.measured[0] : null,
      };
      return { ...change, was: side(change.was), now: side(change.now) };
    }),
  };

  return {
    run: raw.run,
    space,
    failed: raw.failed,
    changes,
    count: raw.targets.length,
    target,
    brief,
    architecture,
    costs,
  };
})();
