/** Plots, by uPlot; points are drawn, found and described here. */
espalier.plot = (() => {
  'use strict';

  const { element, micros, limit, percent, axisMicros, axisPercent, mark } = espalier.text;
  const REACH = 28; // pixels from the pointer within which a point is found
  const MOST_BUDGET_LINES = 30;
  const plots = new Set();

  const colour = (name) => getComputedStyle(document.documentElement)
    .getPropertyValue(`--${name}`).trim();

  /** Says once when the first plot is on the screen, milliseconds after the page began to load. */
  function drawn(plot) {
    const root = document.documentElement;
    root.dataset.plots = String(Number(root.dataset.plots || 0) + 1);
    if (!root.dataset.firstPlot) {
      root.dataset.firstPlot = String(Math.round(performance.now()));
    }
    plots.add(plot);
  }

  function redraw() {
    plots.forEach((plot) => (plot.root.isConnected ? plot.redraw(false, true) : plots.delete(plot)));
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  matchMedia('print').addEventListener('change', redraw);

  function spread(values, share) {
    const least = Math.min(...values);
    const most = Math.max(...values);
    const room = (most - least) * share || Math.abs(most) * share || 1;
    return [least - room, most + room];
  }

  /** Shapes: filled `dot`, `ring`, `diamond` and `cross`, around a place, in canvas pixels. */
  function shape(context, form, x, y, radius) {
    context.beginPath();
    if (form === 'diamond') {
      context.moveTo(x, y - radius * 1.25);
      context.lineTo(x + radius * 1.25, y);
      context.lineTo(x, y + radius * 1.25);
      context.lineTo(x - radius * 1.25, y);
      context.closePath();
      context.fill();
    } else if (form === 'cross') {
      context.moveTo(x - radius, y - radius);
      context.lineTo(x + radius, y + radius);
      context.moveTo(x - radius, y + radius);
      context.lineTo(x + radius, y - radius);
      context.stroke();
    } else {
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
      if (form === 'ring') {
        context.stroke();
      }
    }
  }

  /**
   * A plot of points with a pointer, arrow keys and a description.
   *
   * @param host that it goes into
   * @param model line: {x, y} steps, or none; points: {x, y, form, colour, size, ...}; under and
   *     over: further drawing; xText, yText: of values and their distance; label: of the whole; describe(point):
   *     elements; choose(point)
   */
  function scatter(host, model) {
    const view = { x: null, y: null };
    const whole = {
      x: spread([...model.points.map((p) => p.x), ...(model.rangeX || [])], 0.05),
      y: spread(model.points.map((p) => p.y), 0.08),
    };
    const order = model.points.map((p, i) => i)
      .sort((a, b) => model.points[a].x - model.points[b].x || model.points[a].y - model.points[b].y);
    let active = -1;
    let plot = null;

    const tip = element('div', { class: 'tip', hidden: true, 'aria-live': 'polite' });
    const frame = element('div', {
      class: 'plot', tabindex: '0', role: 'group', 'aria-label': `${model.label}. ${
        'Left and right arrows go through the points, Enter chooses one, Escape leaves it.'}`,
    }, tip);
    host.append(frame);

    const width = () => Math.max(240, frame.clientWidth);
    const height = () => (model.square ? Math.min(340, width()) : Math.min(420, Math.max(260, width() * 0.52)));

    function points(u) {
      const ratio = devicePixelRatio;
      const context = u.ctx;
      context.save();
      context.beginPath();
      context.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      context.clip();
      if (model.under) {
        model.under(u, context, ratio, colour);
      }
      model.points.forEach((p, i) => {
        const x = u.valToPos(p.x, 'x', true);
        const y = u.valToPos(p.y, 'y', true);
        if (p.to) {
          context.strokeStyle = colour('faint');
          context.lineWidth = ratio;
          context.beginPath();
          context.moveTo(x, y);
          context.lineTo(u.valToPos(p.to.x, 'x', true), u.valToPos(p.to.y, 'y', true));
          context.stroke();
        }
        context.lineWidth = 2 * ratio;
        context.strokeStyle = colour(p.colour);
        context.fillStyle = p.form === 'ring' ? colour('panel') : colour(p.colour);
        shape(context, p.form, x, y, p.size * ratio);
        if (i === active || (model.chosen && model.chosen(p))) {
          context.strokeStyle = colour(i === active ? 'text' : 'accent');
          context.lineWidth = 1.5 * ratio;
          context.beginPath();
          context.arc(x, y, (p.size + 5) * ratio, 0, 2 * Math.PI);
          context.stroke();
        }
      });
      context.restore();
    }

    function show(index) {
      if (index === active) {
        return;
      }
      active = index;
      plot.redraw(false, false);
      tip.hidden = index < 0;
      if (index >= 0) {
        const p = model.points[index];
        tip.replaceChildren(...model.describe(p));
        const box = plot.over.getBoundingClientRect();
        const own = frame.getBoundingClientRect();
        const x = plot.valToPos(p.x, 'x') + box.left - own.left;
        const y = plot.valToPos(p.y, 'y') + box.top - own.top;
        const left = x + 14 + tip.offsetWidth > own.width ? x - tip.offsetWidth - 14 : x + 14;
        tip.style.left = `${Math.max(0, left)}px`;
        tip.style.top = `${Math.max(0, Math.min(y - 20, own.height - tip.offsetHeight))}px`;
      }
    }

    /** Answers win over the points of the front below them. */
    function nearest(event) {
      const box = plot.over.getBoundingClientRect();
      let best = -1;
      let reach = REACH;
      model.points.forEach((p, i) => {
        const distance = Math.hypot(
          plot.valToPos(p.x, 'x') - (event.clientX - box.left),
          plot.valToPos(p.y, 'y') - (event.clientY - box.top)) - (p.size > 3 ? 4 : 0);
        if (distance <= reach) {
          reach = distance;
          best = i;
        }
      });
      return best;
    }

    const axis = (text, more) => ({
      stroke: () => colour('muted'),
      grid: { stroke: () => colour('grid'), width: 1 },
      ticks: { stroke: () => colour('grid'), width: 1 },
      font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif',
      values: (u, splits, index, space, step) => splits.map((v) => (v === null ? '' : text(v, step))),
      ...more,
    });
    const data = model.line ? [model.line.x, model.line.y] : [[whole.x[0], whole.x[1]], [null, null]];
    plot = new uPlot({
      width: width(),
      height: height(),
      scales: {
        x: { time: false, range: () => view.x || whole.x },
        y: { range: () => view.y || whole.y },
      },
      legend: { show: false },
      cursor: { points: { show: false }, drag: { x: true, y: true, setScale: false, uni: 20 } },
      series: [{}, {
        stroke: () => colour('predicted'),
        width: 1.5,
        paths: uPlot.paths.stepped({ align: 1 }),
        points: { show: false },
      }],
      axes: [
        axis(model.xText, { label: model.xLabel, labelSize: 22, size: 36, space: 70 }),
        axis(model.yText, { size: 62, label: model.yLabel, labelSize: 22 }),
      ],
      hooks: {
        draw: [points],
        ready: [(u) => drawn(u)],
        setSelect: [(u) => {
          if (u.select.width > 8 && u.select.height > 8) {
            const { left, top, width: w, height: h } = u.select;
            view.x = [u.posToVal(left, 'x'), u.posToVal(left + w, 'x')];
            view.y = [u.posToVal(top + h, 'y'), u.posToVal(top, 'y')];
            u.setData(data);
          }
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
      },
    }, data, frame);

    plot.over.addEventListener('pointermove', (event) => show(nearest(event)));
    plot.over.addEventListener('pointerleave', () => show(-1));
    plot.over.addEventListener('click', (event) => {
      const found = nearest(event);
      show(found);
      if (found >= 0 && model.choose) {
        model.choose(model.points[found]);
        plot.redraw(false, false);
      }
    });
    plot.over.addEventListener('dblclick', () => {
      view.x = null;
      view.y = null;
      plot.setData(data);
    });
    frame.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const at = order.indexOf(active);
        show(order[at < 0 ? (step > 0 ? 0 : order.length - 1)
          : (at + step + order.length) % order.length]);
      } else if (event.key === 'Enter' && active >= 0 && model.choose) {
        model.choose(model.points[active]);
        plot.redraw(false, false);
      } else if (event.key === 'Escape') {
        show(-1);
      } else {
        return;
      }
      event.preventDefault();
    });
    frame.addEventListener('blur', () => show(-1));
    let last = width();
    new ResizeObserver(() => {
      if (width() !== last && frame.isConnected) {
        last = width();
        show(-1);
        plot.setSize({ width: width(), height: height() });
      }
    }).observe(frame);
    return { redraw: () => plot.redraw(false, false) };
  }

  /** Budgets as vertical lines, each with its limit where there is room. */
  function budgetLines(target) {
    const limited = target.answers.filter((a) => a.limit !== null);
    const shown = limited.length > MOST_BUDGET_LINES ? [] : limited;
    return (u, context, ratio, colourOf) => {
      let free = -Infinity;
      context.font = `${11 * ratio}px system-ui, sans-serif`;
      context.textAlign = 'left';
      context.textBaseline = 'alphabetic';
      context.setLineDash([4 * ratio, 4 * ratio]);
      [...shown].sort((a, b) => a.limit - b.limit).forEach((answer) => {
        const x = Math.round(u.valToPos(answer.limit, 'x', true)) + 0.5;
        const bad = answer.kind === 'infeasible' || answer.kind === 'refused';
        context.strokeStyle = colourOf(bad ? 'bad' : 'budget');
        context.lineWidth = ratio;
        context.globalAlpha = shown.length > 6 ? 0.45 : 0.8;
        context.beginPath();
        context.moveTo(x, u.bbox.top);
        context.lineTo(x, u.bbox.top + u.bbox.height);
        context.stroke();
        context.globalAlpha = 1;
        const label = limit(answer.limit);
        const size = context.measureText(label).width;
        const from = Math.min(x + 4 * ratio, u.bbox.left + u.bbox.width - size - 2 * ratio);
        if (from > free) {
          context.fillStyle = colourOf(bad ? 'bad' : 'budget');
          context.fillText(label, from, u.bbox.top + 12 * ratio);
          free = from + size + 8 * ratio;
        }
      });
      context.setLineDash([]);
    };
  }

  /**
   * The front of a target with what was chosen and measured.
   *
   * @param chosen the answer that is looked at, as a function
   * @param choose of an answer, or of a code with latency and accuracy
   */
  function front(host, target, chosen, choose) {
    const points = target.front.micros.map((x, i) => ({
      x, y: target.front.accuracies[i], form: 'dot', colour: 'predicted', size: 2.2, front: i,
    }));
    target.answers.forEach((answer) => {
      answer.refused.forEach((r) => points.push({
        x: r.micros, y: r.accuracy, form: 'cross', colour: 'bad', size: 4, answer, refused: r,
      }));
      if (answer.code && answer.measuredAccuracy !== null) {
        points.push({
          x: answer.measured ? answer.measured.micros : answer.micros,
          y: answer.measuredAccuracy,
          form: 'diamond', colour: 'measured', size: 5, answer,
          to: { x: answer.micros, y: answer.accuracy },
        });
      }
      if (answer.code) {
        points.push({
          x: answer.micros, y: answer.accuracy, form: 'ring', colour: 'predicted', size: 5, answer,
          own: true,
        });
      }
    });
    const limits = target.answers.map((a) => a.limit).filter((l) => l !== null);
    const [shortest, longest] = spread(points.map((p) => p.x), 0.2);
    const describe = (p) => {
      const code = p.refused ? null : p.answer ? p.answer.code : target.front.code(p.front);
      const architecture = espalier.data.architecture(code);
      const from = target.origins;
      const lines = [];
      if (p.answer) {
        lines.push(element('strong', {}, p.answer.budget));
      }
      lines.push(element('div', {}, `${micros(p.refused || p.answer
        ? (p.refused || p.answer).micros : p.x)} `, mark('predicted', from), '  ', percent(
        p.refused || p.answer ? (p.refused || p.answer).accuracy : p.y), ' ', mark('predicted')));
      if (p.answer && !p.refused && p.answer.measuredAccuracy !== null) {
        lines.push(element('div', {},
          p.answer.measured ? [`${micros(p.answer.measured.micros)} `, mark('measured'), '  '] : null,
          percent(p.answer.measuredAccuracy), ' ', mark('measured')));
      }
      if (p.refused) {
        lines.push(element('div', { class: 'bad' }, p.refused.reason));
      }
      if (architecture) {
        lines.push(
          espalier.drawing.blocks(architecture, null, true),
          element('div', { class: 'code' }, espalier.drawing.line(architecture)));
      } else if (code) {
        lines.push(element('div', { class: 'code' }, code));
      }
      return lines;
    };
    return scatter(host, {
      line: { x: target.front.micros, y: target.front.accuracies },
      points,
      // Budgets far beyond the front would squeeze it.
      rangeX: limits.filter((l) => l >= shortest && l <= longest),
      under: budgetLines(target),
      xText: axisMicros,
      yText: axisPercent,
      xLabel: 'latency',
      yLabel: 'accuracy',
      label: `Pareto front of ${target.name}: accuracy against latency, ${points.length} points`,
      describe,
      chosen: (p) => p.own && chosen() === p.answer,
      choose: (p) => (p.answer ? choose(p.answer)
        : choose(null, { code: target.front.code(p.front), micros: p.x, accuracy: p.y })),
    });
  }

  /**
   * Predicted against measured, with the line where both are equal.
   *
   * @param pairs {x predicted, y measured, answer}
   */
  function agreement(host, pairs, format, axisFormat, label) {
    return scatter(host, {
      points: pairs.map((p) => ({ ...p, form: 'diamond', colour: 'measured', size: 4 })),
      under: (u, context, ratio, colourOf) => {
        const least = Math.min(u.scales.x.min, u.scales.y.min);
        const most = Math.max(u.scales.x.max, u.scales.y.max);
        context.strokeStyle = colourOf('faint');
        context.lineWidth = ratio;
        context.beginPath();
        context.moveTo(u.valToPos(least, 'x', true), u.valToPos(least, 'y', true));
        context.lineTo(u.valToPos(most, 'x', true), u.valToPos(most, 'y', true));
        context.stroke();
      },
      xText: axisFormat,
      yText: axisFormat,
      xLabel: 'predicted',
      yLabel: 'measured',
      label,
      square: true,
      describe: (p) => [
        element('strong', {}, p.answer.target.name),
        element('div', {}, p.answer.budget),
        element('div', {}, `${format(p.x)} `, mark('predicted')),
        element('div', {}, `${format(p.y)} `, mark('measured')),
      ],
    });
  }

  return { front, agreement };
})();
