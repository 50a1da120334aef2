package io.vmferry.machine.tls;

import org.bouncycastle.tls.TlsDHGroupVerifier;

/** The groups of finite fields that a server may choose: any, as QEMU's servers make their own. */
final class DiffieHellmanGroups {

    private static final int LEAST_BITS = 1024;

    static final TlsDHGroupVerifier ANY_STRONG =
            group -> group.getP().bitLength() >= LEAST_BITS && group.getP().testBit(0);

    private DiffieHellmanGroups() {}
}
