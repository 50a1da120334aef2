/**
 * The command line that every program for people has in common, here and in the lab: help, and what
 * is wrong with the arguments in one line.
 */
package io.vmferry.tools.commandline;
