/**
 * The sections of an outgoing stream: which there are, with their ids, and what each has to send.
 */
package io.vmferry.source.outgoing.section;
