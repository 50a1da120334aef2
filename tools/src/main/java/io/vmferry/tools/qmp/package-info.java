/**
 * QMP from the client's side, for our daemons and a real QEMU alike: {@link
 * io.vmferry.tools.qmp.QmpConnection} is one connection, {@link io.vmferry.tools.qmp.QmpCall} what
 * is asked, {@link io.vmferry.tools.qmp.QmpReply} what is replied and {@link
 * io.vmferry.tools.qmp.QmpNotice} what comes unasked.
 */
package io.vmferry.tools.qmp;
