/**
 * Which pages of guest RAM are sent when, and in which form.
 *
 * <pre>
 *   UnsentPages ──▶ PageScan ──▶ PageOutput
 *    what is dirty    requested      records on a link, …
 *                     pages first
 * </pre>
 *
 * <p>The scan gives, the output takes, and neither knows the other's trade: an output that encodes
 * differently, that has several channels or that writes to a file takes the place of, or stands in
 * front of, {@link io.vmferry.source.outgoing.ram.RecordOutput}.
 */
package io.vmferry.source.outgoing.ram;
