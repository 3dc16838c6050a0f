import { WorkerEntrypoint } from "mayfly:workers";
export const version = 1;
export class Agent extends WorkerEntrypoint {
  run() { return "ran"; }
}
