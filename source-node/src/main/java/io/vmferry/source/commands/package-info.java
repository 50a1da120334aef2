/** The monitor commands of an outgoing migration. */
package io.vmferry.source.commands;
