/**
 * The state of an incoming migration. All parts read it here, so that each fact is stored once:
 * status, pause and end with their reason, the claim on the guest, the progress of postcopy.
 */
package io.vmferry.dest.incoming.state;
