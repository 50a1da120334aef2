package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import java.util.Optional;

/** Takes the figures of a migration from the parts that count. */
record CurrentFigures(
        IncomingState state,
        IncomingListener listener,
        ChannelInputs inputs,
        IncomingRam ram,
        MissingPages pages) {

    IncomingFigures take() {
        boolean sourceCame = inputs.main().isPresent();
        return new IncomingFigures(
                state.status(),
                listener.addresses(),
                sourceCame,
                inputs.streamBytes(),
                ram.zeroPages(),
                ram.normalPages(),
                sourceCame ? ram.pass() : 0,
                pages.sent(),
                pages.outstanding(),
                state.postcopy().listened() ? Optional.of(pages.blocktime()) : Optional.empty(),
                state.failure());
    }
}
