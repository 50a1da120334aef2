/**
 * QMP, the monitor protocol, as text: a stream of bytes is cut into JSON values by nesting, never
 * by line ({@link io.vmferry.protocol.qmp.QmpFramer}), a value is read as a command ({@link
 * io.vmferry.protocol.qmp.ClientCommand}), its arguments are held against a declared shape ({@link
 * io.vmferry.protocol.qmp.QapiType}), and everything that goes back is printed as QEMU prints it
 * ({@link io.vmferry.protocol.qmp.QmpJson}). Error texts are QEMU's.
 */
package io.vmferry.protocol.qmp;
