/**
 * What an outgoing migration asks of its guest: to stop and to go on, to let go of devices, to slow
 * down, to say what it has written.
 */
package io.vmferry.source.outgoing.guest;
