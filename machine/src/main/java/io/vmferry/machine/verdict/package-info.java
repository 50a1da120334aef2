/**
 * The verdict on a migration: where its guest is and whether its memory is proved. {@link
 * io.vmferry.machine.verdict.Verdict} is the model; the monitor's command and event, the text and
 * the JSON on stdout, and the metrics are renderings of it.
 */
package io.vmferry.machine.verdict;
