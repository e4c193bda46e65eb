// Draws the figures, redraws them when the theme or the width class changes, and saves them.
(() => {
  "use strict";
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const views = new Map();
  const narrow = () => window.innerWidth < 560;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const rows = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, k) => Object.fromEntries(names.map((n) => [n, columns[n][k]])));
  };

  // A theme is put into the specification, so that saved pictures carry their colours.
  const themed = (part) => {
    if (typeof part === "string") return part.replace(/^var\((--[a-z]+)\)$/, (_, name) => token(name));
    if (Array.isArray(part)) return part.map(themed);
    if (part && typeof part === "object")
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, themed(value)]));
    return part;
  };

  const draw = async (place) => {
    const { spec, tables } = figures[place.dataset.figure];
    const full = themed(spec);
    full.datasets = { ...full.datasets };
    for (const [name, columns] of Object.entries(tables)) full.datasets[name] = rows(columns);
    const before = views.get(place);
    if (before) before.finalize();
    // The outer element keeps its role and its reading in words; the library labels the inner one.
    const inner = document.createElement("div");
    place.replaceChildren(inner);
    const result = await window.vegaEmbed(inner, full, {
      renderer: "svg", actions: false, ast: true, hover: false,
      tooltip: { theme: "custom" },
      loader: { target: "_blank", rel: "noopener noreferrer" },
    });
    views.set(place, result);
    place.dataset.drawn = "yes";
  };

  const drawAll = async () => {
    for (const place of document.querySelectorAll("[data-figure]")) await draw(place);
    document.documentElement.dataset.ready = "yes";
  };

  const save = (name, href) => {
    const link = document.createElement("a");
    link.download = name;
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  };
  const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));

  const csv = (places) => {
    const cell = (value) => /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value;
    const lines = [];
    for (const place of places) {
      const figure = figures[place.dataset.figure];
      for (const [name, columns] of Object.entries(figure.tables)) {
        if (places.length > 1 && name !== figure.data) continue;
        const keys = Object.keys(columns);
        lines.push(`# ${place.dataset.figure}: ${name}`, keys.join(","));
        for (const row of rows(columns)) lines.push(keys.map((key) => cell(row[key])).join(","));
      }
    }
    return lines.join("\n") + "\n";
  };

  // One picture of all figures of a group, each under its own title, in the order of the page.
  const picture = async (places) => {
    const gap = 12, head = 34, parts = [];
    let y = gap, width = 0;
    for (const place of places) {
      const svg = new DOMParser()
        .parseFromString(await views.get(place).view.toSVG(), "image/svg+xml").documentElement;
      const w = parseFloat(svg.getAttribute("width")), h = parseFloat(svg.getAttribute("height"));
      svg.setAttribute("x", gap);
      svg.setAttribute("y", y + head);
      const title = place.dataset.title.replace(/&/g, "&amp;").replace(/</g, "&lt;");
      parts.push(`<text x="${gap}" y="${y + 18}" font-family="system-ui, sans-serif" font-size="13" ` +
        `fill="${token("--ink")}">${title}</text>`, new XMLSerializer().serializeToString(svg));
      y += h + head + gap;
      width = Math.max(width, w + 2 * gap);
    }
    return { width, height: y, text: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" ` +
      `height="${y}" viewBox="0 0 ${width} ${y}"><rect width="100%" height="100%" ` +
      `fill="${token("--paper")}"/>${parts.join("")}</svg>` };
  };

  const rastered = ({ width, height, text }) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * width;
      canvas.height = 2 * height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((data) => resolve(URL.createObjectURL(data)), "image/png");
    };
    image.onerror = reject;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const places = [...button.closest("figure").querySelectorAll("[data-figure]")];
    const name = places.length > 1 ? "pairs" : places[0].dataset.figure;
    if (button.dataset.save === "csv") return save(`${name}.csv`, blob(csv(places), "text/csv"));
    const made = await picture(places);
    if (button.dataset.save === "svg") return save(`${name}.svg`, blob(made.text, "image/svg+xml"));
    save(`${name}.png`, await rastered(made));
  });

  // Verdict words above the table narrow it down; pressing again shows every claim.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verdict]");
    if (!button) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const other of document.querySelectorAll("[data-verdict]"))
      other.setAttribute("aria-pressed", String(on && other === button));
    for (const row of document.querySelectorAll("tr[data-word]"))
      row.hidden = on && row.dataset.word !== button.dataset.verdict;
  });

  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const id of links.keys()) seen.observe(document.getElementById(id));

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const item of opened) item.open = true;
  });
  window.addEventListener("afterprint", () => { for (const item of opened) item.open = false; });

  let wasNarrow = narrow();
  window.addEventListener("resize", () => {
    if (narrow() !== wasNarrow) { wasNarrow = narrow(); drawAll(); }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  drawAll();
})();
