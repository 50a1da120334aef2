/**
 * The inputs of the channels.
 *
 * <pre>
 *   MainChannelInput ── StreamReader ── IncomingStream ──┬── IncomingDevices: devices, RAM
 *   PackageInput ────── StreamReader ── IncomingStream ──┤
 *                                                        └── StreamEvent: all that is no section
 *   PreemptInput ────── page records
 * </pre>
 *
 * <p>Sections are loaded here; what follows from a command is not known here.
 */
package io.vmferry.dest.incoming.stream;
