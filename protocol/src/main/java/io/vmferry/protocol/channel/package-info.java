/** The channels of one migration and what each is for. */
package io.vmferry.protocol.channel;
