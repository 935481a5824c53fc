// What every screen on a wall does: show the time of day, by the server's clock.

const HALL = "Europe/London"; // as in page.js, which would bring all components along

export function keepWall(connection) {
  const clock = document.querySelector("[data-wall-clock]");
  const showClock = () => {
    clock.textContent = new Date(connection.clock.now()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: HALL });
  };
  showClock();
  setInterval(showClock, 1000);
}
