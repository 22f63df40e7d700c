export { DESTINATION_GROUPS, type DestinationGroup, destinationGroup } from "./destination-groups.ts";
export {
  CONTINENTS,
  type Continent,
  DESTINATIONS,
  type DestinationInfo,
  destinationInfo,
  isDestination,
} from "./destinations.ts";
export type { Destination, E164 } from "./e164.ts";
export {
  type FormerReading,
  formerDestinations,
  formerReading,
  type TableChange,
  tableChanges,
} from "./former-tables.ts";
export { type NumberBlock, numberBlocks } from "./number-blocks.ts";
export { operatorOf } from "./operators.ts";
export { parseRecipient, parseRecipientBytes, readCanonicalBytes } from "./parse-recipient.ts";
export { NUMBERING_TABLE } from "./plan.generated.ts";
export type { NumberReading } from "./reading.ts";
export {
  NUMBER_DIALECTS,
  NUMBER_REJECTIONS,
  NUMBER_TYPES,
  type NumberDialect,
  type NumberRejection,
  type NumberType,
  type Recipient,
  type RecipientResult,
  type RejectedRecipient,
} from "./recipient.ts";
export { isStandIn, shownNumber, standInFor } from "./stand-in.ts";
export { mainDestinationOf, TWINS } from "./twins.ts";
