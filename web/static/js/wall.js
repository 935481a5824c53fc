// What every screen on a wall does: show the time of day, by the server's clock, and stay awake.

export function keepWall(connection) {
  const clock = document.querySelector("[data-wall-clock]");
  const showClock = () => {
    clock.textContent = new Date(connection.clock.now()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  };
  showClock();
  setInterval(showClock, 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
  stayAwake();
}

// Projector laptops dim their screens; where the browser allows it (HTTPS or this machine) the screen is kept awake.
const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => {});
