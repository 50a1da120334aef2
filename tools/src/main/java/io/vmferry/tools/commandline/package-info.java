/** The command line that all programs share: help, errors in one line, lists of faults. */
package io.vmferry.tools.commandline;
