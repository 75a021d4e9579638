// Amparo's chat for any page: one custom element in a shadow root. No dependency, no storage, no cookie, and no
// request but to the server this file came from. Nothing is ever parsed as HTML: text goes in as text.
(() => {
  "use strict";
  const CSS_TEXT = "@CSS@";
  const LANGUAGES = "@LANGUAGES@";
  const script = document.currentScript;
  const TAG = "amparo-chat";
  const PATIENCE = 15000; // milliseconds for an answer
  const WARNING = 30; // seconds before a shared computer forgets
  const NEUTRAL = "https://www.weather.gov/";
  const PHONE = matchMedia("(max-width: 480px), (max-height: 420px)");
  const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])|((?<![\w-])(?:1-)?\d{3}-\d{3}-\d{4}(?![\w-])|(?<![\w.-])(?:911|988)(?![\w-]))/g;
  const ICONS = {
    open: "M4 4h24v17H15l-7 6v-6H4z",
    send: "M3 4l24 11L3 26l4-11z",
    options: "M5 8h18M5 14h18M5 20h18",
    close: "M6 6l16 16M22 6L6 22",
  };

  const base = script && script.src ? script.src.replace(/(static\/)?[^/]*$/, "") : location.origin + "/";
  const loaded = {}; // strings by language, shared by all widgets of a page

  function strings(code) {
    loaded[code] ??= fetch(`${base}static/${LANGUAGES[code].file}`, { credentials: "omit", referrerPolicy: "no-referrer" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .catch((error) => {
        delete loaded[code];
        throw error;
      });
    return loaded[code];
  }

  function known(tag) {
    const codes = Object.keys(LANGUAGES);
    const wanted = String(tag || "").toLowerCase();
    return codes.find((code) => code.toLowerCase() === wanted) || codes.find((code) => code === wanted.split("-")[0]);
  }

  function make(name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key === "class") element.className = value;
      else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", name === "open" || name === "send" ? "0 0 32 32" : "0 0 28 28");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  function outside(text, url) {
    return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function linked(text) {
    const pieces = [];
    let at = 0;
    for (const found of text.matchAll(LINK)) {
      pieces.push(text.slice(at, found.index));
      pieces.push(found[1] ? outside(found[1], found[1]) : make("a", { href: `tel:${found[2].replace(/-/g, "")}` }, found[2]));
      at = found.index + found[0].length;
    }
    return [...pieces, text.slice(at)];
  }

  function sourceLine(text) {
    const found = /^(.+?)\s*:?\s*(https?:\/\/\S+)$/.exec(text);
    return found ? [outside(found[1], found[2])] : linked(text);
  }

  class AmparoChat extends HTMLElement {
    #root; #sheet; #ui = {}; #text = null; #locale; #session = null; #picked = null; #place; #busy = null; #failed = null;
    #spoken = null; #idle = null; #desk = 0; #started = false; #off = null;

    connectedCallback() {
      if (this.#off) return;
      this.#off = new AbortController();
      const mode = this.getAttribute("mode");
      if (!["inline", "page"].includes(mode)) this.setAttribute("mode", "launcher");
      this.#desk = Math.max(0, Number(this.getAttribute("desk-minutes")) || 0);
      this.#picked = known(this.getAttribute("locale")) || null;
      this.#place = this.getAttribute("department") || null;
      this.#locale = this.#picked || [document.documentElement.lang, ...navigator.languages].map(known).find(Boolean)
        || Object.keys(LANGUAGES)[0];
      if (!this.#root) {
        this.#root = this.attachShadow({ mode: "open" });
        this.#sheet = new CSSStyleSheet();
        this.#sheet.replaceSync(CSS_TEXT);
        this.#root.adoptedStyleSheets = [this.#sheet];
      }
      this.#listen();
      this.#load();
    }

    disconnectedCallback() {
      this.#off?.abort();
      this.#off = null;
      this.#wipe();
      this.#root.replaceChildren();
      this.#ui = {};
    }

    get #inPlace() {
      return this.getAttribute("mode") !== "launcher";
    }

    get #fixed() {
      return Boolean(this.#desk && this.getAttribute("department"));
    }

    #listen() {
      const signal = this.#off.signal;
      addEventListener("online", () => (this.#text ? this.#failed && this.#send(this.#failed) : this.#load()), { signal });
      addEventListener("pagehide", () => this.#desk && this.#wipe(), { signal });
      visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
      visualViewport?.addEventListener("scroll", () => this.#fit(), { signal });
      for (const kind of ["pointerdown", "keydown", "input"]) this.#root.addEventListener(kind, () => this.#awake(), { signal });
    }

    async #load() {
      try {
        this.#text = await strings(this.#locale);
      } catch {
        return; // the page is as it was; tried again when the network is back
      }
      if (!this.#off || this.#ui.box) return;
      this.#build();
      this.#paint();
      this.#greet();
      this.dispatchEvent(new CustomEvent("amparo-ready", { bubbles: true, composed: true }));
    }

    // --- the frame -------------------------------------------------------------------------------------------

    #build() {
      const ui = this.#ui;
      ui.where = make("p", { class: "where" });
      ui.title = make("span");
      ui.leave = make("button", { type: "button", class: "leave", "aria-describedby": "why", onclick: () => this.#leave() });
      ui.more = make("button", { type: "button", class: "icon", "aria-expanded": "false", "aria-controls": "options",
        onclick: () => this.#toggle() }, icon("options"));
      ui.close = make("button", { type: "button", class: "icon", hidden: this.#inPlace, onclick: () => this.#shut() }, icon("close"));
      ui.header = make("header", {}, make("h2", { class: "name", id: "name" }, ui.title), ui.leave, ui.more, ui.close, ui.where);
      ui.why = make("p", { id: "why" });
      ui.languages = make("select", { id: "language", onchange: () => this.#speak(ui.languages.value, true) });
      ui.places = make("select", { id: "place", onchange: () => this.#move(ui.places.value) });
      ui.languageLabel = make("label", { for: "language" });
      ui.placeLabel = make("label", { for: "place" });
      ui.again = make("button", { type: "button", onclick: () => this.#restart() });
      ui.privacy = make("a", { target: "_blank", rel: "noopener" });
      ui.options = make("div", { class: "options", id: "options", hidden: true }, ui.languageLabel, ui.languages, ui.placeLabel,
        ui.places, ui.again, ui.why, make("p", {}, ui.privacy));
      ui.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", tabindex: "0" });
      ui.status = make("div", { class: "vh", role: "status" });
      ui.idle = make("div", { class: "idle", role: "alert", hidden: true });
      ui.field = make("textarea", { id: "field", rows: "1", maxlength: "2000", autocomplete: "off", enterkeyhint: "send",
        oninput: () => this.#grow(), onkeydown: (event) => this.#typed(event) });
      ui.label = make("label", { for: "field", class: "vh" });
      ui.send = make("button", { type: "submit", class: "send" }, icon("send"));
      ui.form = make("form", { onsubmit: (event) => this.#submit(event) }, ui.label, ui.field, ui.send);
      ui.fine = make("p", { class: "fine" });
      const parts = [ui.header, ui.options, ui.log, ui.status, ui.idle, ui.form, ui.fine];
      ui.panel = this.#inPlace
        ? make("section", { class: "panel", "aria-labelledby": "name" }, ...parts)
        : make("dialog", { class: "panel", "aria-labelledby": "name", tabindex: "-1", popover: "manual",
            onkeydown: (event) => event.key === "Escape" && this.#shut(), oncancel: (event) => (event.preventDefault(), this.#shut()) }, ...parts);
      ui.opener = this.#inPlace ? null : make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog",
        "aria-expanded": "false", onclick: () => this.#open() }, icon("open"), make("span"));
      ui.box = make("div", { class: "root" }, ui.opener, ui.panel);
      this.#root.append(ui.box);
    }

    // Every word of the frame, in the language of the moment.
    #paint() {
      const ui = this.#ui, t = this.#text.labels;
      ui.box.lang = this.#text.locale;
      ui.box.dir = this.#text.direction;
      ui.title.textContent = this.getAttribute("heading") || t.title;
      ui.leave.textContent = t.leave;
      ui.why.textContent = t.leave_help;
      ui.languageLabel.textContent = t.language;
      ui.placeLabel.textContent = t.department;
      ui.again.textContent = t.again;
      ui.privacy.textContent = t.privacy;
      ui.privacy.href = `${base}${this.#text.locale}#privacy`;
      ui.label.textContent = t.write;
      ui.field.placeholder = t.hint;
      ui.fine.textContent = t.fine;
      for (const [button, label] of [[ui.more, t.options], [ui.close, t.close], [ui.send, t.send]]) {
        button.setAttribute("aria-label", label);
        button.title = label;
      }
      ui.log.setAttribute("aria-label", t.messages);
      if (ui.opener) ui.opener.lastChild.textContent = t.open;
      ui.languages.replaceChildren(...Object.entries(LANGUAGES).map(([code, row]) =>
        make("option", { value: code, lang: code, selected: code === this.#text.locale }, row.name)));
      ui.places.replaceChildren(make("option", { value: "" }, t.no_department), ...this.#text.departments.map((row) =>
        make("option", { value: row.id }, row.name)));
      ui.places.hidden = ui.placeLabel.hidden = this.#fixed;
      this.#placed(this.#place);
    }

    #placed(department) {
      this.#place = department || null;
      const row = this.#text.departments.find((one) => one.id === department);
      this.#ui.where.textContent = row ? row.name : "";
      this.#ui.places.value = row ? row.id : "";
    }

    #greet() {
      const lines = this.#text.greeting.map((line) => make("p", {}, ...linked(line)));
      const help = make("p", { class: "footer" }, this.#text.labels.leave_help);
      this.#say(make("div", { class: "msg bot" }, ...lines, help));
      this.#offer(this.#text.choices);
    }

    #open() {
      const { panel, opener, field } = this.#ui;
      const phone = PHONE.matches;
      panel.classList.toggle("phone", phone);
      panel.classList.add("shown");
      opener.hidden = true;
      opener.setAttribute("aria-expanded", "true");
      // The top layer cannot be covered, clipped or moved by anything on the page.
      if (phone) panel.showModal();
      else if (panel.showPopover) panel.showPopover();
      else panel.show();
      this.#fit();
      (phone ? panel : field).focus();
    }

    #shut() {
      const { panel, opener } = this.#ui;
      if (this.#inPlace || opener.getAttribute("aria-expanded") !== "true") return;
      window.speechSynthesis?.cancel();
      if (panel.open) panel.close();
      else if (panel.hidePopover) panel.hidePopover();
      panel.classList.remove("shown");
      opener.hidden = false;
      opener.setAttribute("aria-expanded", "false");
      opener.focus();
    }

    // On a phone the panel is what the keyboard leaves of the screen.
    #fit() {
      const panel = this.#ui.panel;
      if (!panel || !panel.classList.contains("phone") || !visualViewport) return;
      panel.style.setProperty("height", `${visualViewport.height}px`);
      panel.style.setProperty("top", `${visualViewport.offsetTop}px`);
    }

    #toggle() {
      const { options, more } = this.#ui;
      options.hidden = !options.hidden;
      more.setAttribute("aria-expanded", String(!options.hidden));
    }

    #grow() {
      const field = this.#ui.field;
      field.style.setProperty("height", "auto");
      field.style.setProperty("height", `${Math.min(field.scrollHeight + 2, 132)}px`);
    }

    // --- language and place ----------------------------------------------------------------------------------

    async #speak(code, chosen) {
      if (!LANGUAGES[code]) return;
      try {
        this.#text = await strings(code);
      } catch {
        this.#ui.languages.value = this.#text.locale;
        return;
      }
      this.#locale = code;
      this.#paint();
      if (!chosen) return;
      this.#picked = code;
      if (this.#started) this.#ask({ choice: `l:${code}` }, LANGUAGES[code].name);
      else this.#restart();
    }

    #move(department) {
      const row = this.#text.departments.find((one) => one.id === department);
      this.#toggle();
      if (row) this.#ask({ choice: `p:${row.id}` }, row.name);
      else this.#placed(null);
    }

    // --- messages --------------------------------------------------------------------------------------------

    #typed(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#ui.form.requestSubmit();
    }

    #submit(event) {
      event.preventDefault();
      const text = this.#ui.field.value.trim();
      if (!text || this.#busy) return;
      this.#ui.field.value = "";
      this.#grow();
      this.#ask({ text }, text);
    }

    #ask(message, shown) {
      if (this.#busy) return;
      const bubble = make("div", { class: "msg me", lang: "" }, make("span", { class: "vh" }, `${this.#text.labels.you} `), shown);
      this.#say(bubble);
      this.#send({ message, bubble });
    }

    async #send(asked) {
      if (this.#busy) return;
      this.#busy = new AbortController();
      const mine = this.#busy;
      this.#clearFailure();
      const dots = make("div", { class: "msg bot typing", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
      this.#ui.log.append(dots);
      this.#ui.log.scrollTop = this.#ui.log.scrollHeight;
      const slow = setTimeout(() => (this.#ui.status.textContent = this.#text.labels.wait), 1500);
      const late = setTimeout(() => mine.abort(), PATIENCE);
      let reply, trouble;
      try {
        reply = await this.#post(asked.message, mine.signal);
      } catch (error) {
        trouble = error;
      }
      clearTimeout(slow);
      clearTimeout(late);
      dots.remove();
      if (this.#busy !== mine) return; // wiped meanwhile
      this.#busy = null;
      this.#ui.status.textContent = "";
      if (reply) this.#answered(reply, asked.bubble);
      else this.#fail(asked, trouble);
    }

    async #post(message, signal) {
      const body = { ...message, session: this.#session };
      // A chosen language or department goes with the first message only; after that the conversation knows.
      if (!this.#session) {
        body.locale = this.#picked || (message.choice ? this.#text.locale : null);
        body.department = this.#place;
      }
      const answer = await fetch(`${base}api/v1/messages`, {
        method: "POST", body: JSON.stringify(body), signal, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store",
        headers: { "Content-Type": "application/json", "Accept-Language": this.#text.locale },
      });
      if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
      return answer.json();
    }

    async #answered(reply, bubble) {
      this.#started = true;
      this.#session = reply.session;
      if (reply.locale !== this.#locale) await this.#speak(reply.locale, false);
      this.#placed(reply.department || (this.#fixed ? this.#place : null));
      const parts = reply.blocks.map((block) => this.#block(block, reply)).filter(Boolean);
      const answer = make("div", { class: "msg bot", lang: reply.locale },
        make("span", { class: "vh" }, `${this.#text.labels.bot} `), ...parts, this.#tools(reply));
      this.#say(answer);
      this.#offer(reply.choices);
      // From the question on, so that a long answer is read from its first line.
      this.#ui.log.scrollTop = Math.max(0, (bubble.isConnected ? bubble : answer).offsetTop - 8);
    }

    #block({ kind, texts }, reply) {
      if (kind === "steps") return make("ul", {}, ...texts.map((text) => make("li", {}, ...linked(text))));
      if (kind === "sources") {
        const title = this.#text.labels.sources.replace("{count}", reply.sources.length || texts.length);
        return make("details", {}, make("summary", {}, title),
          make("ul", {}, ...texts.map((text) => make("li", {}, ...sourceLine(text)))));
      }
      return make("div", { class: kind }, ...texts.map((text) => make("p", {}, ...linked(text))));
    }

    #tools(reply) {
      const place = reply.department || reply.jurisdiction;
      const page = reply.coverage && place && !this.#desk
        ? outside(this.#text.labels.page, `${base}${reply.locale}/${place}/${reply.topic}`) : null;
      const voice = this.#voice(reply.locale);
      const read = voice ? make("button", { type: "button", "aria-pressed": "false" }, this.#text.labels.read) : null;
      if (read) {
        const lines = reply.blocks.filter((block) => block.kind !== "sources").flatMap((block) => block.texts);
        read.addEventListener("click", () => this.#readAloud(read, lines, voice));
      }
      return page || read ? make("div", { class: "tools" }, read, page) : null;
    }

    // Only voices of the device itself: others would send the answer to a company.
    #voice(locale) {
      const voices = window.speechSynthesis?.getVoices() || [];
      return voices.find((voice) => voice.localService && known(voice.lang.replace("_", "-")) === locale) || null;
    }

    #readAloud(button, lines, voice) {
      const { read, stop } = this.#text.labels;
      const was = this.#spoken;
      const done = () => {
        button.setAttribute("aria-pressed", "false");
        button.textContent = read;
        if (this.#spoken === button) this.#spoken = null;
      };
      speechSynthesis.cancel();
      if (was) was.dispatchEvent(new Event("quiet"));
      if (was === button) return;
      button.addEventListener("quiet", done, { once: true });
      button.setAttribute("aria-pressed", "true");
      button.textContent = stop;
      this.#spoken = button;
      lines.forEach((line, index) => {
        const words = new SpeechSynthesisUtterance(line);
        words.voice = voice;
        words.lang = voice.lang;
        if (index === lines.length - 1) words.onend = words.onerror = done;
        speechSynthesis.speak(words);
      });
    }

    #say(element) {
      this.#ui.log.append(element);
      this.#ui.log.scrollTop = this.#started ? this.#ui.log.scrollHeight : 0;
    }

    #offer(choices) {
      if (!choices.length) return;
      const buttons = choices.map(({ label, value }) =>
        make("button", { type: "button", onclick: () => this.#ask({ choice: value }, label) }, label));
      this.#ui.log.append(make("div", { class: "choices", role: "group", "aria-label": this.#text.labels.choices }, ...buttons));
    }

    // --- when the network is away ----------------------------------------------------------------------------

    #fail(asked, error) {
      const t = this.#text.labels;
      const words = error.status === 429 ? t.busy : error.status ? t.failed : t.unsent;
      const again = make("button", { type: "button", onclick: () => (this.#ui.field.focus(), this.#send(this.#failed)) }, t.retry);
      this.#failed = { ...asked, box: make("div", { class: "failed" }, words, again) };
      if (!error.status) this.#failed.card = this.#offlineCard();
      this.#ui.log.append(...[this.#failed.box, this.#failed.card].filter(Boolean));
      this.#ui.log.scrollTop = Math.max(0, asked.bubble.offsetTop - 8);
    }

    #clearFailure() {
      this.#failed?.box.remove();
      this.#failed?.card?.remove();
      this.#failed = null;
    }

    #offlineCard() {
      const { title, steps, numbers } = this.#text.offline;
      return make("div", { class: "msg bot" }, make("p", { class: "headline" }, ...linked(title)),
        make("ul", {}, ...steps.map((step) => make("li", {}, ...linked(step))),
          ...numbers.map((row) => make("li", {}, `${row.name}: `, make("a", { href: `tel:${row.number.replace(/\D/g, "")}` }, row.number)))));
    }

    // --- forgetting ------------------------------------------------------------------------------------------

    #wipe() {
      const session = this.#session;
      this.#busy?.abort();
      window.speechSynthesis?.cancel();
      this.#busy = this.#session = this.#failed = this.#spoken = null;
      this.#started = false;
      clearTimeout(this.#idle);
      if (this.#ui.log) {
        this.#ui.log.replaceChildren();
        this.#ui.field.value = this.#ui.status.textContent = "";
        this.#ui.idle.hidden = true;
      }
      // Plain text needs no question beforehand (preflight), so that it also goes out while the page closes.
      if (session) {
        fetch(`${base}api/v1/forget`, { method: "POST", body: JSON.stringify({ session }), keepalive: true, credentials: "omit",
          referrerPolicy: "no-referrer", headers: { "Content-Type": "text/plain" } }).catch(() => {});
      }
    }

    #restart() {
      this.#wipe();
      if (!this.#ui.options.hidden) this.#toggle();
      if (!this.#fixed) this.#placed(this.getAttribute("department"));
      this.#greet();
    }

    #leave() {
      this.#wipe();
      this.hidden = true;
      this.#root.replaceChildren();
      const wanted = this.getAttribute("exit-url") || "";
      location.replace(/^https?:\/\//.test(wanted) ? wanted : NEUTRAL);
    }

    // A shared computer: warns, then forgets, when nobody has touched the widget for a while.
    #awake() {
      if (!this.#desk || !this.#ui.idle) return;
      clearTimeout(this.#idle);
      this.#ui.idle.hidden = true;
      if (!this.#started && !this.#ui.field.value && !this.#busy) return;
      const total = this.#desk * 60, warning = Math.min(WARNING, total / 2);
      this.#idle = setTimeout(() => this.#warn(warning), (total - warning) * 1000);
    }

    #warn(seconds) {
      const t = this.#text.labels;
      const stay = make("button", { type: "button", onclick: () => this.#awake() }, t.stay);
      this.#ui.idle.hidden = false;
      this.#ui.idle.replaceChildren(make("div", {}, t.idle.replace("{seconds}", Math.round(seconds))), stay);
      this.#idle = setTimeout(() => this.#expire(), seconds * 1000);
    }

    async #expire() {
      this.#picked = known(this.getAttribute("locale")) || null;
      if (this.#picked && this.#picked !== this.#locale) await this.#speak(this.#picked, false);
      this.#restart();
      this.#ui.status.textContent = this.#text.labels.forgotten;
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, AmparoChat);

  // The script's own data-attributes make one widget; `data-mode="none"` only defines the element.
  function embed() {
    const element = document.createElement(TAG);
    for (const [key, value] of Object.entries(script.dataset)) {
      element.setAttribute(key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    }
    if (["inline", "page"].includes(script.dataset.mode) && document.body.contains(script)) script.after(element);
    else document.body.append(element);
  }
  if (script && script.dataset.mode !== "none") {
    if (document.body) embed();
    else document.addEventListener("DOMContentLoaded", embed);
  }
})();
