// A whole migration between two monitors, by the npm package qemu-qmp as it is.
// node migrate.js SOURCE DESTINATION URI   prints what it saw as one JSON object
'use strict';

const QMP = require('qemu-qmp');
const [sourcePath, destinationPath, uri] = process.argv.slice(2);

const EVENTS = ['MIGRATION', 'MIGRATION_PASS', 'STOP', 'RESUME', 'SHUTDOWN'];

function connect(path) {
  return new Promise((resolve, reject) => {
    const qmp = new QMP();
    qmp.seen = [];
    // the package gives events in the names of streams' own ones: 'resume' comes from both
    EVENTS.forEach((name) => qmp.on(name.toLowerCase(), (event) => event && qmp.seen.push(event)));
    qmp.connect(path, (error) => (error ? reject(error) : resolve(qmp)));
  });
}

function execute(qmp, command, args) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => (error ? reject(error) : resolve(result));
    if (args) {
      qmp.execute(command, args, done);
    } else {
      qmp.execute(command, done);
    }
  });
}

function switchOn(qmp, ...names) {
  const capabilities = names.map((capability) => ({ capability, state: true }));
  return execute(qmp, 'migrate-set-capabilities', { capabilities });
}

async function until(qmp, wanted) {
  for (;;) {
    const info = await execute(qmp, 'query-migrate');
    if (info.status === wanted) {
      return info;
    }
    if (info.status === 'failed' || info.status === 'cancelled') {
      throw new Error('Migration ' + info.status + ': ' + info['error-desc']);
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

async function refusal(qmp, command, args) {
  try {
    await execute(qmp, command, args);
    return 'none';
  } catch (error) {
    return error.message;
  }
}

async function main() {
  const source = await connect(sourcePath);
  const destination = await connect(destinationPath);
  await switchOn(source, 'events', 'return-path', 'pause-before-switchover');
  await switchOn(destination, 'events', 'return-path');
  await execute(source, 'migrate-set-parameters', { 'downtime-limit': 500 });
  const before = await execute(source, 'query-status');

  await execute(destination, 'migrate-incoming', { uri });
  await execute(source, 'migrate', { uri });
  const again = await refusal(source, 'migrate', { uri });
  await until(source, 'pre-switchover');
  await execute(source, 'migrate-continue', { state: 'pre-switchover' });
  const info = await until(source, 'completed');
  await until(destination, 'completed');

  const report = {
    version: source.version.qemu,
    before: before.status,
    again,
    transferred: info.ram.transferred,
    source: (await execute(source, 'query-status')).status,
    destination: (await execute(destination, 'query-status')).status,
    commands: (await execute(source, 'query-commands')).length,
    sourceEvents: [...source.seen],
    destinationEvents: [...destination.seen],
  };
  await execute(source, 'quit');
  // the destination has yet to prove its memory
  destination.end();
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
