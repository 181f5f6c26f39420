import { CallLine } from "./call/CallLine";
import { Candidates } from "./call/Candidates";
import { Log } from "./call/Log";
import { Outcome } from "./call/Outcome";
import { AskNext } from "./call/Question";
import { Said } from "./call/Said";
import { Send } from "./call/Send";
import { live } from "./live";
import { ConsoleMap } from "./map/ConsoleMap";
import { Banners } from "./shell/Banners";
import { CheatSheet } from "./shell/CheatSheet";
import { Header } from "./shell/Header";
import { Speak } from "./shell/Speak";

/** One screen: the call on the left, the map, and on the right what is going on. */
export function Console() {
  return (
    <div class="console">
      <Banners />
      <Header />
      <main>
        <section class="call-side" aria-label="Call" id="call-side" tabIndex={-1}>
          <CallLine />
          <div class="call-scroll" tabIndex={0} role="group" aria-label="The call">
            <Said />
            <Outcome />
            <AskNext />
            <Candidates />
            <Send />
            <Log />
          </div>
        </section>
        <ConsoleMap />
        <section class="live-side" aria-label="Units and incidents">
          <live.Column />
        </section>
      </main>
      <Speak />
      <CheatSheet />
    </div>
  );
}
