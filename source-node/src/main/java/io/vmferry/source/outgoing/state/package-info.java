/**
 * What the parts of one attempt to migrate share: its stage, how far the guest is on its way, the
 * turns of its driver, its error. Nothing here sends anything or decides what comes next.
 */
package io.vmferry.source.outgoing.state;
