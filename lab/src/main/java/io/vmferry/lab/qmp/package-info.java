/**
 * QMP from the client's side, for our daemons and a real QEMU alike: {@link
 * io.vmferry.lab.qmp.QmpConnection} is one conversation, {@link io.vmferry.lab.qmp.QmpCall} what is
 * asked, {@link io.vmferry.lab.qmp.QmpReply} what is answered and {@link
 * io.vmferry.lab.qmp.QmpNotice} what comes unasked.
 */
package io.vmferry.lab.qmp;
