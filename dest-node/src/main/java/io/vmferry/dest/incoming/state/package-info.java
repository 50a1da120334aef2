/**
 * Where an incoming migration stands. All parts look here, so that each fact is remembered once:
 * status, pause and end with their reason, the claim on the guest, the progress of postcopy.
 */
package io.vmferry.dest.incoming.state;
