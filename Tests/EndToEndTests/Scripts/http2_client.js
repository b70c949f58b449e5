// Node's http2 as the client of an edge: one line for each case that went well.
'use strict';

const assert = require('assert');
const fs = require('fs');
const http2 = require('http2');
const zlib = require('zlib');

const [url, authority, patternFile] = process.argv.slice(2);
const pattern = fs.readFileSync(patternFile);
const session = http2.connect(url, { ca: fs.readFileSync(authority), family: 4 });
let sessionError = null;
session.on('error', (error) => { sessionError = error; });
session.on('goaway', (code) => { sessionError = new Error(`GOAWAY ${code}`); });

/** Sends a request and gathers its answer. */
function ask(fields, content, pieces = 1) {
  return new Promise((resolve, reject) => {
    const stream = session.request(fields, { endStream: content === undefined });
    const answer = { chunks: [], interim: [], trailers: null };
    stream.on('headers', (headers) => answer.interim.push(headers[':status']));
    stream.on('response', (headers) => { answer.headers = headers; });
    stream.on('trailers', (headers) => { answer.trailers = headers; });
    stream.on('data', (chunk) => answer.chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      answer.content = Buffer.concat(answer.chunks);
      resolve(answer);
    });
    if (content === undefined) return;
    const size = Math.ceil(content.length / pieces);
    for (let offset = 0; offset < content.length; offset += size) {
      stream.write(content.subarray(offset, offset + size));
    }
    stream.end();
  });
}

function expect(answer, content) {
  assert.strictEqual(answer.headers[':status'], 200);
  assert.ok(answer.content.equals(content), `${answer.content.length} bytes`);
}

const get = async () => expect(await ask({ ':path': '/bytes/1000' }), pattern.subarray(0, 1000));
const post = (content, pieces) => ask({ ':method': 'POST', ':path': '/echo' }, content, pieces);

const cases = {
  get,
  async head() {
    const answer = await ask({ ':method': 'HEAD', ':path': '/bytes/1000' });
    expect(answer, Buffer.alloc(0));
    assert.strictEqual(answer.headers['content-length'], '1000');
  },
  async parallel() {
    const sizes = Array.from({ length: 100 }, (_, number) => number * 997);
    const answers = await Promise.all(sizes.map((size) => ask({ ':path': `/bytes/${size}` })));
    answers.forEach((answer, number) => expect(answer, pattern.subarray(0, sizes[number])));
  },
  async post() { expect(await post(Buffer.from('some content')), Buffer.from('some content')); },
  async upload() {
    const fields = { ':method': 'POST', ':path': '/echo', 'content-length': pattern.length };
    expect(await ask(fields, pattern), pattern);
  },
  async upload_of_unknown_length() { expect(await post(pattern, 200), pattern); },
  async download() { expect(await ask({ ':path': `/bytes/${pattern.length}` }), pattern); },
  async uploads_and_downloads() {
    const part = pattern.subarray(0, 1000000);
    const requests = [];
    for (let number = 0; number < 4; number++) {
      requests.push(post(part, 20), ask({ ':path': '/bytes/1000000' }));
    }
    for (const answer of await Promise.all(requests)) expect(answer, part);
  },
  async cancel() {
    await new Promise((resolve, reject) => {
      const stream = session.request({ ':path': '/endless' });
      stream.once('data', () => stream.close(http2.constants.NGHTTP2_CANCEL));
      stream.on('close', resolve);
      stream.on('error', reject);
    });
    for (let number = 0; number < 20; number++) await get();
  },
  async crumbs() {
    const answer = await ask({ ':path': '/fields', cookie: ['a=1', 'b=2', 'c=3'] });
    const lines = answer.content.toString().split('\r\n').map((line) => line.toLowerCase())
      .filter((line) => line.startsWith('cookie:'));
    assert.deepStrictEqual(lines, ['cookie: a=1; b=2; c=3']);
  },
  async affinity() {
    const first = await ask({ ':path': '/name' });
    const cookie = first.headers['set-cookie'][0].split(';')[0];
    for (let number = 0; number < 20; number++) {
      const answer = await ask({ ':path': '/name', cookie });
      expect(answer, first.content);
      assert.strictEqual(answer.headers['set-cookie'], undefined);
    }
  },
  async gzip() {
    const answer = await ask({ ':path': '/text/100000', 'accept-encoding': 'gzip' });
    assert.strictEqual(answer.headers['content-encoding'], 'gzip');
    const text = '<p>compressible text</p>\n'.repeat(4000);
    assert.strictEqual(zlib.gunzipSync(answer.content).toString(), text);
  },
  async trailers() {
    const answer = await ask({ ':path': '/trailers' });
    expect(answer, Buffer.from('onetwo'));
    assert.strictEqual(answer.trailers['x-sum'], 'abc');
  },
  async hints() {
    const answer = await ask({ ':path': '/hints' });
    expect(answer, Buffer.from('hinted'));
    assert.deepStrictEqual(answer.interim, [103]);
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    await run();
    assert.strictEqual(sessionError, null);
    console.log(`ok ${name}`);
  }
  session.close();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
