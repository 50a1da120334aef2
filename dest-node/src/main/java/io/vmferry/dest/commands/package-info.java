/** The monitor commands of an incoming migration. */
package io.vmferry.dest.commands;
