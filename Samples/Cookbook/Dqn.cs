namespace Cookbook;

/// <summary>
/// A duelling Q-network (Wang et al. 2016): what a state is worth, and how much better each action is than their mean.
/// </summary>
/// <param name="observation">How many numbers describe a state.</param>
/// <param name="actions">How many actions there are.</param>
/// <param name="width">Features of the two hidden layers.</param>
[Shape("B observation -> B actions")]
public sealed partial class QNetwork(long observation, long actions, long width)
{
    [Layer] private readonly Linear fc1 = Linear(observation, width);
    [Layer] private readonly Linear fc2 = Linear(width, width);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Linear worth = Linear(width, 1);
    [Layer] private readonly Linear advantage = Linear(width, actions);

    private Tensor Forward(Tensor state)
    {
        var hidden = relu.call(fc2.call(relu.call(fc1.call(state)))); // (B, width)
        var advantages = advantage.call(hidden); // (B, actions)
        return worth.call(hidden) + (advantages - advantages.mean([-1], keepdim: true));
    }
}

/// <summary>What happened: in a state an action was taken, it gave a reward and led to another state, or to the end.</summary>
public sealed record Transitions(Tensor States, Tensor Actions, Tensor Rewards, Tensor Next, Tensor Ended);

/// <summary>The loss of double DQN (van Hasselt et al. 2016).</summary>
public static class DqnTraining
{
    /// <summary>The trained network chooses the next action, the target network says what it is worth.</summary>
    /// <returns>One number.</returns>
    public static Tensor Loss(QNetwork online, QNetwork target, Transitions seen, double discount)
    {
        var taken = online.call(seen.States).gather(1, seen.Actions.unsqueeze(1)).squeeze(1); // (B)
        Tensor aim;
        using (no_grad())
        {
            var best = online.call(seen.Next).argmax(1, keepdim: true);
            var worth = target.call(seen.Next).gather(1, best).squeeze(1);
            aim = seen.Rewards + (discount * worth * (1 - seen.Ended));
        }

        return functional.smooth_l1_loss(taken, aim);
    }
}

/// <summary>The last transitions, of which batches are drawn.</summary>
public sealed class ReplayBuffer(int capacity, long observation) : IDisposable
{
    private readonly Transitions all = new(zeros(capacity, observation), zeros(capacity, dtype: int64), zeros(capacity),
        zeros(capacity, observation), zeros(capacity));

    private long count;

    /// <summary>Puts one in, in the place of the oldest.</summary>
    public void Add(Tensor state, long action, float reward, Tensor next, bool ended)
    {
        var place = count++ % capacity;
        all.States[place] = state;
        all.Actions[place] = action;
        all.Rewards[place] = reward;
        all.Next[place] = next;
        all.Ended[place] = ended ? 1f : 0f;
    }

    /// <summary>Draws a batch.</summary>
    public Transitions Draw(int size)
    {
        var places = randint(Math.Min(count, capacity), [size]);
        return new(all.States[places], all.Actions[places], all.Rewards[places], all.Next[places], all.Ended[places]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { all.States, all.Actions, all.Rewards, all.Next, all.Ended })
        {
            tensor.Dispose();
        }
    }
}

/// <summary>A game: a ball falls through eight rows, and a paddle in the last row moves left, stays, or moves right to catch it.</summary>
public sealed class Catch
{
    /// <summary>Numbers of an observation: one for each place of the board.</summary>
    public const int Places = Rows * Columns;

    private const int Rows = 8;
    private const int Columns = 6;
    private readonly Random random;
    private int row, ball, paddle;

    /// <summary>Starts the first ball.</summary>
    public Catch(int seed)
    {
        random = new(seed);
        Restart();
    }

    /// <summary>The board: 1 where the ball is, and where the paddle is. [Places].</summary>
    public Tensor Observe()
    {
        var board = new float[Places];
        board[(row * Columns) + ball] = 1;
        board[((Rows - 1) * Columns) + paddle] = 1;
        return tensor(board);
    }

    /// <summary>
    /// Moves the paddle by <paramref name="action"/> - 1. The reward of the last move is 1 for a ball that is caught, else -1.
    /// </summary>
    public (float Reward, bool Ended) Move(long action)
    {
        paddle = Math.Clamp(paddle + (int)action - 1, 0, Columns - 1);
        row++;
        return row < Rows - 1 ? (0, false) : (paddle == ball ? 1 : -1, true);
    }

    /// <summary>Drops another ball.</summary>
    public void Restart() => (row, ball, paddle) = (0, random.Next(Columns), random.Next(Columns));
}

/// <summary>Learns to catch.</summary>
public static class DqnRecipe
{
    /// <summary>A network of the game's size.</summary>
    public static QNetwork Model() => new(Catch.Places, actions: 3, width: 64);

    /// <summary>Plays and learns from it.</summary>
    public static Figures Train(QNetwork model, int moves = 2000)
    {
        var before = Caught(model);
        var losses = Play(model, moves);
        return new((losses.Skip(100).Take(200).Average(), losses.TakeLast(200).Average()), (before, Caught(model)),
            "share of balls that are caught");
    }

    private static List<double> Play(QNetwork model, int moves)
    {
        var (game, random) = (new Catch(seed: 1), new Random(1));
        using var target = Model();
        using var seen = new ReplayBuffer(2000, Catch.Places);
        using var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
        var losses = new List<double>();
        for (var move = 0; move < moves; move++)
        {
            using var scope = NewDisposeScope();
            var state = game.Observe();
            var action = random.NextDouble() < Math.Max(0.05, 1 - (2.0 * move / moves)) ? random.Next(3) : Best(model, state);
            var (reward, ended) = game.Move(action);
            seen.Add(state, action, reward, game.Observe(), ended);
            if (ended)
            {
                game.Restart();
            }

            if (move % 100 == 0)
            {
                target.load_state_dict(model.state_dict());
            }

            optimizer.zero_grad();
            var loss = DqnTraining.Loss(model, target, seen.Draw(64), discount: 0.95);
            loss.backward();
            optimizer.step();
            losses.Add(loss.ToDouble());
        }

        return losses;
    }

    /// <summary>The share of 200 balls that the network catches.</summary>
    public static double Caught(QNetwork model) => Training.Measure(model, () =>
    {
        var game = new Catch(seed: 2);
        var caught = 0;
        for (var ball = 0; ball < 200; ball++, game.Restart())
        {
            var (reward, ended) = (0f, false);
            while (!ended)
            {
                (reward, ended) = game.Move(Best(model, game.Observe()));
            }

            caught += reward > 0 ? 1 : 0;
        }

        return caught / 200.0;
    });

    private static long Best(QNetwork model, Tensor state)
    {
        using var none = no_grad();
        return model.call(state.unsqueeze(0)).argmax().ToInt64();
    }
}
