'use strict';

// The page keeps no truth of its own: it shows api/state and api/chat, and listens to api/stream for what is new.
const el = id => document.getElementById(id);
const colours = ['#b3541e', '#2f7d4f', '#7a4fb5', '#a83260', '#3a6ea5', '#6b6f1d'];
const examples = ['Kích hoạt VNeID thế nào?', 'vay von ho ngheo lai bao nhieu', 'gặp cán bộ'];
let state = { users: [], oas: [] };
let current = null; // the resident whose phone is shown
let shown = new Map(); // messages on the screen by id

const get = path => fetch(path).then(r => r.json());
const post = (path, body) => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const make = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text) node.textContent = text;
  return node;
};
const initials = name => name.split(/\s+/).slice(-2).map(w => w[0]).join('').toUpperCase();
const two = n => String(n).padStart(2, '0');
const clockTime = at => { const d = new Date(at); return two(d.getHours()) + ':' + two(d.getMinutes()); };

async function loadState() {
  state = await get('api/state');
  drawPeople();
  drawHeader();
  drawClock();
}

// refreshSoon loads the state once for many messages: an announcement has hundreds.
let refreshing = null;
function refreshSoon() {
  refreshing ??= setTimeout(() => { refreshing = null; loadState(); }, 250);
}

// With few people all stand on the page. With many, those under a heading are folded away until it is opened or they are
// searched for.
const fewPeople = 8, mostFound = 40;
const openLists = new Set();
// fold is a text without diacritics and capitals: people search as they type.
const fold = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase();

function drawPeople() {
  el('find').hidden = state.users.length <= fewPeople;
  const words = fold(el('find').value).split(/\s+/).filter(Boolean);
  const found = words.length ? state.users.filter(u => words.every(w => fold(u.name + ' ' + u.about).includes(w))) : state.users.filter(u => !u.list);
  el('residents').replaceChildren(...found.slice(0, mostFound).map(personItem));
  el('nobody').hidden = found.length > 0 || !words.length;
  const lists = new Map();
  if (!words.length) state.users.filter(u => u.list).forEach(u => lists.set(u.list, [...(lists.get(u.list) || []), u]));
  el('lists').replaceChildren(...[...lists].map(([name, users]) => peopleList(name, users)));
}

function peopleList(name, users) {
  const list = make('details');
  list.dataset.list = name;
  list.open = openLists.has(name);
  const summary = make('summary');
  summary.append(make('span', '', name), make('span', 'count', users.length + ' người'));
  const unread = users.filter(u => u.unread && !same(u, current)).length;
  if (unread) {
    const badge = make('span', 'badge', String(unread));
    badge.setAttribute('aria-label', unread + ' người có tin chưa đọc');
    summary.append(badge);
  }
  const items = make('ul');
  if (list.open) items.append(...users.map(personItem));
  list.append(summary, items);
  list.ontoggle = () => {
    if (list.open === openLists.has(name)) return;
    list.open ? openLists.add(name) : openLists.delete(name);
    items.replaceChildren(...(list.open ? users.map(personItem) : []));
  };
  return list;
}

function personItem(u) {
  const button = make('button', 'resident');
  button.dataset.user = u.id;
  button.setAttribute('aria-current', String(same(u, current)));
  const avatar = make('span', 'avatar', initials(u.name));
  avatar.style.background = colours[Number(u.id.slice(-4)) % colours.length];
  avatar.setAttribute('aria-hidden', 'true');
  const words = make('span', 'words');
  words.append(make('b', '', u.name), make('span', 'about', u.about));
  button.append(avatar, words);
  if (u.unread && !same(u, current)) {
    const badge = make('span', 'badge', String(u.unread));
    badge.setAttribute('aria-label', u.unread + ' tin chưa đọc');
    button.append(badge);
  }
  button.onclick = () => open(u);
  const item = make('li');
  item.append(button);
  return item;
}

// memberOf tells whether the resident whose phone is shown is in the group.
const memberOf = group => (state.users.find(u => same(u, current))?.groups || []).includes(group);
const groupName = (oa, id) => (state.oas.find(o => o.id === oa)?.groups || []).find(g => g.id === id)?.name || 'Nhóm';
const person = (oa, id) => state.users.find(u => u.oa === oa && u.id === id)?.name || '';
// mine tells whether a message stands on this phone.
const mine = m => current && m.oa === current.oa && (m.group ? memberOf(m.group) : m.user === current.id);

const same = (a, b) => a && b && a.oa === b.oa && a.id === b.id;

function drawHeader() {
  if (!current) return;
  const user = state.users.find(u => same(u, current)) || current;
  const oa = state.oas.find(o => o.id === current.oa) || { name: '', avatar_text: '' };
  el('oa-name').textContent = oa.name;
  el('oa-avatar').textContent = oa.avatar_text;
  el('follow').textContent = user.following ? 'Bỏ quan tâm' : 'Quan tâm';
  el('follow').dataset.follow = String(!user.following);
}

function drawClock() {
  el('clock').hidden = !state.clock;
  const now = new Date(state.now);
  el('status-time').textContent = clockTime(now);
  el('clock-now').textContent = now.toLocaleString('vi-VN', { dateStyle: 'short', timeStyle: 'short' });
}

async function open(user) {
  current = user;
  document.body.classList.add('chatting');
  drawPeople();
  drawHeader();
  await loadChat();
  if (matchMedia('(min-width: 821px)').matches) el('composer').focus();
}

async function loadChat() {
  if (!current) return;
  const { messages } = await get('api/chat?' + new URLSearchParams({ oa: current.oa, user: current.id }));
  el('chat').replaceChildren();
  shown = new Map();
  messages.forEach(addMessage);
  drawExamples();
  drawTicks();
  el('chat').scrollTop = el('chat').scrollHeight;
  see();
}

// see tells that everything on the screen has been read, when somebody can really see it.
function see() {
  if (!current || document.visibilityState !== 'visible') return;
  if ([...shown.values()].some(m => m.from_oa && !m.group && !m.seen)) post('api/seen', { oa: current.oa, user: current.id });
}

function addMessage(m) {
  if (shown.has(m.id)) return;
  const day = new Date(m.at).toDateString();
  const last = [...shown.values()].pop();
  if (!last || new Date(last.at).toDateString() !== day) el('chat').append(make('div', 'day', dayName(new Date(m.at))));
  shown.set(m.id, m);
  if (m.kind === 'follow' || m.kind === 'unfollow') {
    el('chat').append(make('div', 'system', m.text));
    return;
  }
  const row = make('div', 'message');
  row.dataset.from = m.from_oa || m.user !== current.id ? 'oa' : 'user';
  row.dataset.id = m.id;
  const bubble = make('div', 'bubble');
  if (m.group) {
    row.dataset.group = m.group;
    bubble.append(make('small', 'group', groupName(m.oa, m.group) + (m.from_oa ? '' : ' · ' + person(m.oa, m.user))));
  }
  if (m.image_url && /^(https?:|\/(?!\/))/.test(m.image_url)) {
    const image = make('img');
    image.src = m.image_url;
    image.alt = 'Ảnh';
    bubble.append(image);
  }
  if (m.text) bubble.append(linked(m.text));
  if (m.file_name) {
    const file = make(m.file_url ? 'a' : 'div', 'file', 'Tệp ' + m.file_name);
    if (m.file_url) { file.href = m.file_url; file.target = '_blank'; file.rel = 'noopener'; }
    bubble.append(file);
  }
  (m.elements || []).forEach(e => {
    const card = make('div', 'card');
    card.append(make('b', '', e.title));
    if (e.subtitle) card.append(make('small', '', e.subtitle));
    if (e.action) card.append(button(e.action));
    bubble.append(card);
  });
  const time = make('time', '', clockTime(m.at));
  time.dateTime = m.at;
  bubble.append(time);
  row.append(bubble);
  if (m.buttons && m.buttons.length) {
    const group = make('div', 'message-buttons');
    group.append(...m.buttons.map(button));
    row.append(group);
  }
  el('chat').append(row);
}

function dayName(d) {
  const now = new Date(state.now), before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (d.toDateString() === now.toDateString()) return 'Hôm nay';
  if (d.toDateString() === before.toDateString()) return 'Hôm qua';
  return two(d.getDate()) + '/' + two(d.getMonth() + 1) + '/' + d.getFullYear();
}

// linked is a text whose web addresses can be opened. The text is never read as HTML.
function linked(text) {
  const p = make('p');
  text.split(/(https:\/\/[^\s]+)/).forEach((part, i) => {
    if (i % 2 === 0) { p.append(part); return; }
    const a = make('a', '', part);
    a.href = part;
    a.target = '_blank';
    a.rel = 'noopener';
    p.append(a);
  });
  return p;
}

function button(b) {
  if (b.type === 'oa.open.url' || b.type === 'oa.open.phone') {
    const a = make('a', 'message-button', b.title);
    a.href = b.type === 'oa.open.phone' ? 'tel:' + b.phone : (/^https?:/.test(b.url) ? b.url : '#');
    if (b.type === 'oa.open.url') { a.target = '_blank'; a.rel = 'noopener'; }
    return a;
  }
  const node = make('button', 'message-button', b.title || 'Xem');
  node.onclick = () => say('text', b.payload, b.type === 'oa.query.hide');
  return node;
}

// drawTicks shows under the OA's last message how far it has come.
function drawTicks() {
  document.querySelectorAll('.tick').forEach(n => n.remove());
  const rows = document.querySelectorAll('.message[data-from="oa"]:not([data-group])');
  const last = rows[rows.length - 1];
  if (!last) return;
  const m = shown.get(last.dataset.id);
  last.append(make('div', 'tick', m.seen ? 'Đã xem' : m.received ? 'Đã nhận' : 'Đã gửi'));
}

function drawExamples() {
  const empty = ![...shown.values()].some(m => !m.from_oa);
  el('examples').replaceChildren(...(empty ? current.examples || examples : []).map(text => {
    const b = make('button', '', text);
    b.onclick = () => say('text', text, false);
    return b;
  }));
}

function say(kind, text, hidden) {
  if (current) post('api/send', { oa: current.oa, user: current.id, kind, text, hidden });
}

function listen() {
  const stream = new EventSource('api/stream');
  let opened = false;
  stream.onopen = () => { if (opened) { loadState(); loadChat(); } opened = true; };
  stream.onmessage = event => {
    const change = JSON.parse(event.data), m = change.message;
    if (change.type === 'state') { loadState(); return; }
    if (mine(m)) {
      if (change.type === 'update') {
        shown.set(m.id, m);
      } else {
        addMessage(m);
        drawExamples();
        el('chat').scrollTop = el('chat').scrollHeight;
        see();
      }
      drawTicks();
    } else {
      refreshSoon();
    }
  };
}

el('find').oninput = () => { drawPeople(); el('choose').scrollTop = 0; };
el('compose').onsubmit = event => {
  event.preventDefault();
  const text = el('composer').value;
  if (!text.trim()) return;
  say('text', text, false);
  el('composer').value = '';
};
el('attach').onclick = () => {
  const menu = el('attach-menu');
  menu.hidden = !menu.hidden;
  el('attach').setAttribute('aria-expanded', String(!menu.hidden));
};
el('attach-menu').onclick = event => {
  if (event.target.dataset.kind) { say(event.target.dataset.kind, '', false); el('attach').click(); }
};
el('follow').onclick = () => post('api/follow', { oa: current.oa, user: current.id, follow: el('follow').dataset.follow === 'true' });
el('back').onclick = () => { document.body.classList.remove('chatting'); current = null; loadState(); };
el('clock').onsubmit = event => {
  event.preventDefault();
  if (el('clock-to').value) moveClock(new Date(el('clock-to').value));
};
el('clock').onclick = event => {
  const hours = Number(event.target.dataset.hours);
  if (hours) moveClock(new Date(new Date(state.now).getTime() + hours * 3600e3));
};
const moveClock = to => post('clock', { now: to.toISOString() }).then(loadState);
document.addEventListener('visibilitychange', see);
setInterval(() => { if (document.visibilityState === 'visible') get('api/state').then(s => { state.now = s.now; drawClock(); }); }, 20000);

loadState().then(() => {
  listen();
  if (state.users.length && matchMedia('(min-width: 821px)').matches) open(state.users[0]);
});
