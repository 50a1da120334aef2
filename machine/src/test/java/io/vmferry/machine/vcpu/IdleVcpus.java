package io.vmferry.machine.vcpu;

/** vCPUs that execute nothing and stop immediately. */
public class IdleVcpus implements VcpuRunner {

    @Override
    public void start() {}

    @Override
    public void stop(Runnable whenStopped) {
        whenStopped.run();
    }

    @Override
    public void wake(int vcpu) {}

    @Override
    public void throttle(int percent) {}
}
