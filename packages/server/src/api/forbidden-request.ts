/** What was asked that who asked may not do; the route as it is declared, without the ids in it. */
export interface ForbiddenRequest {
  readonly method: string;
  readonly route: string;
  /** Of the client. */
  readonly address: string;
}
