/**
 * The phases of an outgoing migration. Each does one bounded piece of work at a time and returns
 * what comes next; which phase that is, and what a failure means, is the driver's matter.
 */
package io.vmferry.source.outgoing.phase;
