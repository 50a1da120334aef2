/**
 * State that the parts of one attempt to migrate share: its stage, the handover of the guest, the
 * turns of its driver, its error. Nothing here sends anything or decides what comes next.
 */
package io.vmferry.source.outgoing.state;
