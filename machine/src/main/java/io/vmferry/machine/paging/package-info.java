/**
 * Access to guest memory that may not all be here yet: the destination's half of postcopy demand
 * paging that has to do with whoever touches a page. Asking the source for it is the engine's.
 *
 * <pre>
 *   vCPU ──▶ MemoryAccess ──▶ DemandPaging ──missing──▶ PageFault ──▶ engine ──▶ REQ_PAGES
 *                  │              ▲                                     │
 *                  ▼              └───────── received bit, wake ◀────── page placed
 *                oracle
 * </pre>
 *
 * <p>A page is published in its block's received bitmap after all of it was placed. A vCPU that
 * finds the bit clear reports the fault and stops; the engine looks at the bit again when the
 * report reaches it, so that a page placed in between is not waited for.
 */
package io.vmferry.machine.paging;
