/**
 * The order in which pages of guest RAM are sent, and their encoding.
 *
 * <pre>
 *   UnsentPages ──▶ PageScan ──▶ PageOutput
 *    what is dirty    requested      records on a link, …
 *                     pages first
 * </pre>
 *
 * <p>The scan chooses pages and the output writes them; neither depends on the other: an output
 * with another encoding, several channels or a file can replace or wrap {@link
 * io.vmferry.source.outgoing.ram.RecordOutput}.
 */
package io.vmferry.source.outgoing.ram;
