/**
 * What a daemon shows on a terminal: a line of progress that fits the width, with everything else
 * above it. Without control of colours, so that {@code NO_COLOR} has nothing to switch off.
 */
package io.vmferry.machine.terminal;
