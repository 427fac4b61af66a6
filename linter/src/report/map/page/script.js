"use strict";
{
  const form = document.querySelector("form.filters");
  const bodies = [...document.querySelectorAll("table.map tbody")];
  const rows = bodies.flatMap((body) => [...body.rows]);
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  const show = () => {
    const wanted = new FormData(form);
    const chosen = ["table", "callers", "verdict"].filter((name) => wanted.get(name) !== "");
    const words = wanted.get("text").toLowerCase().split(/\s+/);
    for (const row of rows) {
      const isChosen = chosen.every((name) => row.dataset[name] === wanted.get(name));
      row.hidden = !(isChosen && words.every((word) => texts.get(row).includes(word)));
    }
    for (const body of bodies) body.hidden = [...body.rows].every((row) => row.hidden);
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("output").textContent = `${shown} of ${rows.length} rows`;
    document.querySelector("p.nothing").hidden = shown > 0;
  };

  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
