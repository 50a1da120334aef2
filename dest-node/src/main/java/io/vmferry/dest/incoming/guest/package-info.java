/**
 * The guest that arrives: the claim on its lease, the approvals of devices that must be ready
 * before its switchover, and what becomes of it once it is here.
 */
package io.vmferry.dest.incoming.guest;
