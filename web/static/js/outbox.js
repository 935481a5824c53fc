// Ballots that are kept on this tablet until the server has answered: in IndexedDB, so that a reload, a flat battery or a
// dead network costs nothing. The key of a ballot is made before it is first sent; the server counts a key once, so it may
// be sent again as often as it takes. When the receipt is there, key and choice are deleted.

const NAME = "folkmoot";
const STORE = "ballots";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/** A random UUID (version 4) by getRandomValues alone: randomUUID does not exist over plain HTTP in a hall. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** One request to IndexedDB as a promise that is kept when the transaction is on disk. */
function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onabort = transaction.onerror = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}

export class Outbox {
  /** @param {{member: string, csrf: () => string, onChange: (ballot: object) => void}} wiring */
  constructor({ member, csrf, onChange }) {
    Object.assign(this, { member, csrf, onChange });
    this.sending = new Set();
    this.wakers = new Set();
    this.unkept = new Map();
    const wake = () => this.wake();
    window.addEventListener("online", wake);
    window.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
  }

  idOf(round) {
    return `${this.member} ${round}`;
  }

  /** Keep a new ballot, then send it. A tablet that may not store (private mode) holds it in memory. */
  async put(round, choice, assisted = false) {
    const ballot = { id: this.idOf(round), member: this.member, round, choice, assisted, key: newKey(), stage: "kept" };
    try {
      await inStore("readwrite", (store) => store.put(ballot));
    } catch {
      this.unkept.set(ballot.id, ballot);
    }
    this.onChange(ballot);
    this.send(ballot);
  }

  /** The ballot of this round that still waits for its answer, or undefined. */
  async waiting(round) {
    const id = this.idOf(round);
    try {
      return (await inStore("readonly", (store) => store.get(id))) ?? this.unkept.get(id);
    } catch {
      return this.unkept.get(id);
    }
  }

  /** After a reload: send what this member's tablet still holds. */
  async resume() {
    let all = [];
    try {
      all = await inStore("readonly", (store) => store.getAll());
    } catch {
      return;
    }
    for (const ballot of all) if (ballot.member === this.member) this.send(ballot);
  }

  wake() {
    for (const waker of this.wakers) waker();
  }

  /** Send until there is an answer; never the same ballot twice at once. */
  async send(ballot) {
    if (this.sending.has(ballot.id)) return;
    this.sending.add(ballot.id);
    try {
      for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
        this.onChange({ ...ballot, stage: "sending" });
        const answer = await this.post(ballot);
        if (answer.final) {
          await this.forget(ballot.id);
          this.onChange({ round: ballot.round, stage: answer.stage, receipt: answer.receipt, words: answer.words });
          return;
        }
        this.onChange({ ...ballot, stage: "kept", words: answer.words });
        await this.pause(wait * (0.5 + Math.random()));
      }
    } finally {
      this.sending.delete(ballot.id);
    }
  }

  async post(ballot) {
    try {
      const answer = await fetch(`/api/rounds/${encodeURIComponent(ballot.round)}/ballot`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.csrf() },
        body: JSON.stringify({ key: ballot.key, choice: ballot.choice, assisted: ballot.assisted }),
        cache: "no-store",
        signal: AbortSignal.timeout(10000),
      });
      const body = await answer.json();
      if (answer.ok) return { final: true, stage: "counted", receipt: body.receipt };
      if ([400, 404, 409, 410].includes(answer.status)) return { final: true, stage: "refused", words: `${body.message} ${body.remedy}` };
      if ([401, 403].includes(answer.status)) return { final: false, words: "This tablet is signed out. Scan your badge again; your vote is kept." };
      return { final: false, words: "The server is busy. We keep trying." };
    } catch {
      return { final: false, words: "No connection. Your vote is kept on this tablet and is sent as soon as the connection is back." };
    }
  }

  async forget(id) {
    this.unkept.delete(id);
    try {
      await inStore("readwrite", (store) => store.delete(id));
    } catch {
      // nothing was stored
    }
  }

  /** Wait, or until the tablet wakes up or the network is back. */
  pause(time) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, time);
      this.wakers.add(done);
    });
  }
}
