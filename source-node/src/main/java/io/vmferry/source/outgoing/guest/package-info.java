/**
 * The operations of an outgoing migration on its guest: stop and resume, unplug, throttle, dirty
 * sync.
 */
package io.vmferry.source.outgoing.guest;
