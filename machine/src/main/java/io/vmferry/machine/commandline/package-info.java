/**
 * What the command lines of all programs have in common: how a program is called, its help, its
 * version, and what is said about a word that it does not know.
 */
package io.vmferry.machine.commandline;
