import { addressFrom } from "../people/person.ts";
import { opaqueText } from "../random/opaque-text.ts";
import type { Random } from "../random/random.ts";

/** From where the attacker's requests seem to come. */
export type Disguise = (random: Random) => { readonly ip: string; readonly device: string | undefined };

/** One machine. */
export function oneMachine(random: Random): Disguise {
  const ip = addressFrom(random.bits());
  const device = deviceFrom(random);
  return () => ({ ip, device });
}

/** Emulators on `devices` rented servers. */
export function emulatorFarm(random: Random, devices: number): Disguise {
  const machines = Array.from({ length: devices }, () => ({
    ip: addressFrom(random.bits()),
    device: deviceFrom(random),
  }));
  return (each) => each.pick(machines);
}

/** `addresses` rented ones, and a new device for every request: browsers that forget. */
export function rentedProxies(random: Random, addresses: number): Disguise {
  const rented = Array.from({ length: addresses }, () => addressFrom(random.bits()));
  return (each) => ({ ip: each.pick(rented), device: deviceFrom(each) });
}

/** A new home address and a new device for every request, as residential proxies sell them. */
export function residentialProxies(): Disguise {
  return (each) => ({ ip: addressFrom(each.bits()), device: deviceFrom(each) });
}

function deviceFrom(random: Random): string {
  return opaqueText(random.bits());
}
