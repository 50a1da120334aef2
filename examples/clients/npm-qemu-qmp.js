// Migrates with npm's qemu-qmp and polls query-migrate until the migration has ended.
const QMP = require('qemu-qmp');
const qmp = new QMP();
const ends = ['completed', 'failed', 'cancelled'];

function stop(line, code) {
  console.log(line);
  process.exit(code);
}

function ask() {
  qmp.execute('query-migrate', (error, reply) => {
    if (error) stop(error.message, 1);
    if (ends.includes(reply.status)) stop('status ' + reply.status, reply.status === 'completed' ? 0 : 1);
    setTimeout(ask, 200);
  });
}

qmp.on('end', () => stop('the monitor closed the connection', 1));
setTimeout(() => stop('no end within 10 s', 1), 10000);
qmp.connect(process.env.VMFERRY_SOURCE_QMP, error => {
  if (error) stop(error.message, 1);
  if (process.env.VMFERRY_JOINS) return ask();
  qmp.execute('migrate', {uri: process.env.VMFERRY_MIGRATE_URI}, refused => {
    if (refused) stop(refused.message, 1);
    ask();
  });
});
