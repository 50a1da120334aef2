/**
 * Guest RAM as it arrives, and the pages that are waited for.
 *
 * <pre>
 *   main channel ────▶ PageInput ──┐
 *   preempt channel ─▶ PageInput ──┴──▶ IncomingRam ──▶ RAM blocks
 *                          │
 *                   HostPageAssembly ──▶ PageRequests ──▶ REQ_PAGES
 * </pre>
 *
 * <p>Each channel has an input of its own, all share what is counted. {@link
 * io.vmferry.dest.incoming.ram.PageRequests} alone knows which pages vCPUs wait for.
 */
package io.vmferry.dest.incoming.ram;
