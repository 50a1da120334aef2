/**
 * TLS below a channel: credentials as QEMU's {@code tls-creds-*} objects hold them, sessions made
 * of them, and the checks that follow a handshake.
 *
 * <p>Certificates are used by BoringSSL or the JDK's TLS; pre-shared keys and anonymous sessions,
 * which neither offers here, by Bouncy Castle's. Both are one Netty handler at the beginning of a
 * channel's pipeline.
 */
package io.vmferry.machine.tls;
